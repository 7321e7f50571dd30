"""重绘 Pages of the archive as pictures, the place in question outlined. Nothing of it goes to the network.

No script runs: what was archived of a page that a script fills is the page as it was drawn then.
"""

import asyncio
import base64
import html
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from crawler.browser_finder import launch, no_driver
from model import BrowserState
from model.picture import Picture, PictureAsk

log = logging.getLogger("duwang.crawl")

WIDTH, HIGHEST = 1280, 10_000  # pixels of a page that is drawn
_MARGIN, _NARROW, _SIDE, _TALL = 60, 560, WIDTH, 700  # of the detail: around the place, at least and at most
_FEW = 5  # pieces of a quote that tells of one thing
_SECONDS = 30.0  # for one page, everything included
_LOAD_MS = 1500  # for what a page is made of: it comes from the disk or not at all
_NOWHERE = "http://127.0.0.1:9"  # the discard port: whatever found a way past the routes ends there
Resource = Callable[[PictureAsk, str], tuple[str, bytes] | None]

# The smallest element that holds the quote, white space aside, or all of its pieces that are on the page, such as a title
# and its date; one that is seen before one that is not, a heading before a menu. When only a large part of the page holds
# them all: of a quote of few pieces the longest, of a list of many (all columns of a site) nothing, for no one of them is meant.
_OUTLINE = """([href, quote]) => {
  const compact = text => text.replace(/\\s+/g, '');
  const bare = url => { try { const one = new URL(url, document.baseURI); one.hash = ''; return one.href; } catch { return url; } };
  let found = null;
  if (href) {
    for (const one of document.querySelectorAll('a[href],area[href],iframe[src],frame[src],img[src],embed[src],source[src],link[href]')) {
      if (bare(one.getAttribute('href') || one.getAttribute('src')) === bare(href)) {
        if (!found || !found.getClientRects().length) found = one;
      }
    }
  }
  const shown = one => { const box = one.getBoundingClientRect(); return box.width > 1 && box.height > 1 && getComputedStyle(one).visibility !== 'hidden'; };
  const inside = one => [...one.children].filter(child => !/^(SCRIPT|STYLE|NOSCRIPT|TEMPLATE)$/.test(child.tagName));
  const holds = (one, words) => { const text = compact(one.textContent); return words.every(word => text.includes(word)); };
  const holder = words => {
    if (!document.body || !holds(document.body, words)) return null;
    const last = [], open = [document.body];
    while (open.length) {
      const one = open.pop(), deeper = inside(one).filter(child => holds(child, words));
      if (deeper.length) open.push(...deeper.reverse()); else last.push(one);
    }
    const seen = last.filter(shown);
    return seen.find(one => one.closest('h1,h2,h3,h4,h5,h6')) || seen[0] || last[0];
  };
  if (!found && quote) {
    const words = quote.split(/[\\s|｜…→]+/).filter(one => !/^https?:/.test(one)).map(compact).filter(one => one.length > 1);
    const there = document.body ? words.filter(one => holds(document.body, [one])) : [];
    found = holder([compact(quote)]) || (there.length ? holder(there) : null);
    const far = !found || found === document.body || found.getBoundingClientRect().height > TALL;
    if (far && words.length <= FEW && there.length) found = holder([there.sort((a, b) => b.length - a.length)[0]]);
    else if (far) found = null;
  }
  if (!found || found === document.body) return null;
  let seen = found;
  while (seen !== document.body && seen.parentElement && !shown(seen)) seen = seen.parentElement;
  seen.style.setProperty('outline', '4px solid #d00', 'important');
  seen.style.setProperty('outline-offset', '2px', 'important');
  const box = seen.getBoundingClientRect();
  return {x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height, hidden: seen !== found};
}""".replace("TALL", str(_TALL)).replace("FEW", str(_FEW))
_TWO_DIFFER = """() => {
  const [one, other] = ['国', '务'].map(word => {
    const sheet = document.createElement('canvas').getContext('2d');
    sheet.font = '40px sans-serif';
    sheet.fillText(word, 10, 50);
    return sheet.canvas.toDataURL();
  });
  return one !== other;
}"""
_SHEET = (
    "<!doctype html><meta charset=utf-8><style>body{{margin:0;width:{width}px}}img{{display:block}}"
    "p{{margin:0;padding:2px 8px;font:14px/1.5 sans-serif;background:#fffbe6;color:#000;overflow-wrap:anywhere}}"
    "p:first-of-type{{border-top:3px solid #d00}}</style><img src='data:image/png;base64,{png}'>{lines}"
)


def draw(
    asks: Iterable[PictureAsk],
    resource: Resource,
    told: Callable[[Picture], None],
    explicit: str | None = None,
) -> BrowserState:
    """重绘 Each page in turn; `told` hears of each. Blocks; never raises for what a page does.

    `resource` gives type and body of what the archive holds for an address that the page is made of, else None.
    """
    with ThreadPoolExecutor(1) as thread:  # a loop of its own, so that this may be called from anywhere
        return thread.submit(lambda: asyncio.run(_draw(asks, resource, told, explicit))).result()


async def _draw(
    asks: Iterable[PictureAsk],
    resource: Resource,
    told: Callable[[Picture], None],
    explicit: str | None,
) -> BrowserState:
    try:
        from playwright.async_api import async_playwright

        starting = async_playwright()
        playwright = await starting.start()
    except Exception as error:  # no driver for this machine
        for ask in asks:
            told(Picture(id=ask.id, reason="no_browser"))
        return no_driver(error)
    browser: Any = None
    try:
        state, browser = await launch(playwright, explicit)
        readable = browser is not None and await _writes_chinese(browser)
        for ask in asks:
            if browser is not None and not readable:
                told(Picture(id=ask.id, reason="no_font"))
                continue
            if browser is not None and not browser.is_connected():  # the last page was too much for it
                _, browser = await launch(playwright, explicit)
            told(await _one(browser, ask, resource) if browser else Picture(id=ask.id, reason="no_browser"))
        return state
    finally:
        with suppress(Exception):
            if browser is not None:
                await browser.close()
            await playwright.stop()


async def _writes_chinese(browser: Any) -> bool:
    """Without a Chinese font all characters are the same empty box, and such a picture shows nothing."""
    page = await browser.new_page()
    try:
        return bool(await page.evaluate(_TWO_DIFFER))
    finally:
        await page.close()


async def _one(browser: Any, ask: PictureAsk, resource: Resource) -> Picture:
    if not ask.url.startswith(("http://", "https://")):
        return Picture(id=ask.id, reason="not_a_page")
    try:
        async with asyncio.timeout(_SECONDS):
            return await _pictured(browser, ask, resource)
    except TimeoutError:
        return Picture(id=ask.id, reason="timeout")
    except Exception as error:
        log.debug("no picture of %s: %s", ask.url, error)
        return Picture(id=ask.id, reason="not_drawn")


async def _pictured(browser: Any, ask: PictureAsk, resource: Resource) -> Picture:
    context = await browser.new_context(
        locale="zh-CN",
        viewport={"width": WIDTH, "height": 900},
        java_script_enabled=False,
        service_workers="block",
        accept_downloads=False,
        proxy={"server": _NOWHERE, "bypass": "<-loopback>"},
    )
    try:
        page = await context.new_page()
        opened: list[bool] = []

        async def answer(route: Any) -> None:
            if not opened:
                opened.append(True)
                await route.fulfill(
                    status=200, headers={"content-type": ask.content_type or "text/html"}, body=ask.body
                )
                return
            if route.request.is_navigation_request() and route.request.frame == page.main_frame:
                await route.fulfill(status=204)  # a page that would be off to another one stays
                return
            kept = resource(ask, route.request.url)
            if kept is None:
                await route.abort()
            else:
                headers = {"content-type": kept[0], "access-control-allow-origin": "*"}
                await route.fulfill(status=200, headers=headers, body=kept[1])

        await context.route("**/*", answer)
        await page.goto(ask.url, wait_until="domcontentloaded", timeout=0)
        with suppress(Exception):
            await page.wait_for_load_state("load", timeout=_LOAD_MS)
        box = await page.evaluate(_OUTLINE, [ask.href, ask.quote])
        height = await page.evaluate("Math.max(document.documentElement.scrollHeight, 200)")
        top = min(height, HIGHEST)
        whole = await _shot(page, 0, 0, WIDTH, top)
        detail = None
        if box:
            wide = min(max(box["width"] + 2 * _MARGIN, _NARROW), _SIDE)
            x = min(max(box["x"] - _MARGIN, 0), WIDTH - wide)
            y = max(box["y"] - _MARGIN, 0)
            detail = await _shot(page, x, y, wide, min(box["height"] + 2 * _MARGIN, _TALL, height - y))
        sheet = await context.new_page()
        await context.unroute("**/*")
        return Picture(
            id=ask.id,
            page=await _captioned(sheet, whole, WIDTH, ask.caption),
            detail=await _captioned(sheet, detail, int(wide), ask.caption) if detail else None,
            marked=box is not None,
            hidden=bool(box and box["hidden"]),
            cut=height > HIGHEST,
            beyond=bool(box and box["y"] >= top),
        )
    finally:
        await asyncio.shield(context.close())


async def _shot(page: Any, x: float, y: float, width: float, height: float) -> bytes:
    clip = {"x": x, "y": y, "width": width, "height": height}
    shot: bytes = await page.screenshot(full_page=True, clip=clip, animations="disabled", timeout=0)
    return shot


async def _captioned(sheet: Any, png: bytes, width: int, caption: tuple[str, ...]) -> bytes:
    """The picture with its caption in the margin beneath it, so that the two are never parted."""
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in caption)
    content = _SHEET.format(width=width, png=base64.b64encode(png).decode(), lines=lines)
    await sheet.set_viewport_size({"width": width, "height": 200})
    await sheet.set_content(content, wait_until="load", timeout=0)
    shot: bytes = await sheet.screenshot(full_page=True, timeout=0)
    return shot
