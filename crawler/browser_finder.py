"""找浏览器 Which Chromium to use: an explicit choice, Playwright's own, or one on PATH; taken only once it works.

Fact: Playwright's driver reads none of the three variables; they are ours to honour.
"""

import asyncio
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from model import BrowserState

VARIABLES = ("DUWANG_BROWSER", "PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH", "CHROMIUM")
NAMES = (
    "chromium",
    "chromium-browser",
    "chromium-headless-shell",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
)
_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # a peer connection of a hostile page must not go round the gateway
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)
_LAUNCH_MS = 20_000
_TITLE = "duwang"


def find_browser(explicit: str | None = None) -> BrowserState:
    """找浏览器 Launches what it finds and reads a title back. Blocks up to 20 s per candidate; never raises.

    `explicit` is a path; it, or else the first of the variables that is set, never falls through to others.
    """
    with ThreadPoolExecutor(1) as thread:  # its own loop, so that this may be called from anywhere
        return thread.submit(lambda: asyncio.run(_probe(explicit))).result()


async def _probe(explicit: str | None) -> BrowserState:
    try:
        from playwright.async_api import async_playwright

        async with async_playwright() as playwright:
            state, browser = await launch(playwright, explicit)
            if browser is not None:
                await browser.close()
            return state
    except Exception as error:  # no driver for this machine
        return no_driver(error)


def no_driver(error: Exception) -> BrowserState:
    """无驱动 The state when the browser's driver itself is missing or does not start."""
    return BrowserState(tried=(f"playwright: {type(error).__name__}",), reason="not_launched")


async def launch(playwright: Any, explicit: str | None) -> tuple[BrowserState, Any | None]:
    """启动 The first candidate that launches and answers, as (state, browser); browser None when none does."""
    tried: list[str] = []
    found = False
    for name, path in _candidates(playwright, explicit):
        tried.append(name if path is None or path in name else f"{name} ({path})")
        if path is None:
            continue
        found = True
        browser = await _try(playwright, path)
        if browser is not None:
            return BrowserState(path=path, version=browser.version, tried=tuple(tried)), browser
    return BrowserState(tried=tuple(tried), reason="not_launched" if found else "not_found"), None


def _candidates(playwright: Any, explicit: str | None) -> Iterator[tuple[str, str | None]]:
    """Names of what is looked for, each with its path when it is an executable file."""
    if explicit:
        yield explicit, _executable(explicit)
        return
    for variable in VARIABLES:
        if value := os.environ.get(variable):
            yield f"{variable}={value}", _executable(value)
            return
    yield "playwright", _executable(playwright.chromium.executable_path)
    for name in NAMES:
        yield name, shutil.which(name)


def _executable(path: str) -> str | None:
    return shutil.which(path) if path and (os.sep not in path or Path(path).is_file()) else None


async def _try(playwright: Any, path: str) -> Any | None:
    browser = None
    try:
        browser = await playwright.chromium.launch(
            executable_path=path,
            args=list(_FLAGS),
            # root cannot have the sandbox; everyone else opens strangers' pages inside it
            chromium_sandbox=hasattr(os, "geteuid") and os.geteuid() != 0,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
            timeout=_LAUNCH_MS,
        )
        page = await browser.new_page()
        await page.set_content(f"<title>{_TITLE}</title>", timeout=_LAUNCH_MS)
        title = await page.title()
        await page.context.close()
        if title == _TITLE:
            return browser
    except Exception:  # noqa: S110 - whatever a program that is no browser does
        pass
    if browser is not None:
        await browser.close()
    return None
