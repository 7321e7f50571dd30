"""The list that only a script draws: nothing in the answer, five rows in a browser."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

PATH = "/zfxxgk/fdzdgknr/tjxx/"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = next(
        (
            found
            for name in ("chromium", "chromium-browser", "google-chrome")
            if (found := shutil.which(name))
        ),
        None,
    )
    if chromium is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield found
        found.close()


def test_the_answer_holds_no_row(portal, base: str) -> None:  # type: ignore[no-untyped-def]
    text = portal.pages()[PATH + "index.html"].body.decode()
    assert "{{ item.title }}" in text and "<?=el.link?>" in text
    assert "主要经济指标" not in text


@pytest.mark.browser
def test_a_browser_shows_the_rows_and_asks_nobody_else(base: str, browser: Browser) -> None:
    asked: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(base + PATH)
    page.wait_for_selector("#list-box li a[href^='/zfxxgk']")
    rows = page.locator("#list-box li").all_inner_texts()
    assert [row[-10:] for row in rows] == [
        "2026-09-25",
        "2026-08-26",
        "2026-07-24",
        "2026-04-28",
        "2026-03-31",
    ]
    assert rows[0].startswith("2026年8月青禾县主要经济指标")
    assert not [url for url in asked if not url.startswith(base)]
    assert not errors
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("path", "lands"),
    [("/zjqh/", "/zjqh/qhgk/"), ("/xwdt/", "/xwdt/zwyw/"), ("/hdjl/", "/hdjl/xzxx/list.shtml")],
)
def test_stubs_open_their_first_child_in_a_browser(
    base: str, browser: Browser, path: str, lands: str
) -> None:
    page = browser.new_page()
    page.goto(base + path)
    page.wait_for_url(base + lands)
    page.close()
