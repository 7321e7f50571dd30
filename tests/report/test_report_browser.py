"""The page in a real Chromium: nothing runs, nothing is fetched, nothing sticks out at 390 px."""

from collections.abc import Iterator
from pathlib import Path
from shutil import which

import pytest
from playwright.sync_api import Browser, Dialog, Request, sync_playwright

from report.page import write_page
from tests.report import sample

pytestmark = pytest.mark.browser
CHROMIUM = which("chromium") or which("chromium-browser") or which("google-chrome")
if CHROMIUM is None:
    pytest.skip("no Chromium on this machine", allow_module_level=True)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as started:
        found = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


@pytest.fixture(scope="module", params=["zh_CN", "en"])
def address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "report.html"
    write_page(sample.view(), path, sample.SampleMessages(request.param))
    return path.as_uri()


@pytest.mark.parametrize("width", [390, 1440])
def test_page_is_inert_and_fits(browser: Browser, address: str, width: int) -> None:
    asked: list[str] = []
    dialogs: list[str] = []
    complaints: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page = browser.new_page(viewport={"width": width, "height": 900})
    page.on("request", note)
    page.on("dialog", dismiss)
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1"
                         " && !e.closest('svg') && !e.closest('caption.out')).map(e => e.outerHTML.slice(0, 80))") == []  # fmt: skip
    assert "owned" not in page.title()
    assert (asked, dialogs, complaints) == ([address], [], [])
    page.close()


def test_text_has_enough_contrast(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(address)
    assert page.evaluate(_CONTRAST) == []
    page.close()


def test_paper_holds_the_folded_findings(browser: Browser, tmp_path: Path) -> None:
    write_page(sample.crowded_view(40), tmp_path / "report.html", sample.SampleMessages("zh_CN"))
    page = browser.new_page()
    page.goto((tmp_path / "report.html").as_uri())
    last = page.locator(".rest .finding").last
    assert not last.is_visible()
    page.emulate_media(media="print")
    assert last.is_visible()
    page.close()


# Every element with words of its own, against the nearest background: 4.5, or 3 when large (WCAG AA).
_CONTRAST = """() => {
  const channel = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const parse = s => s.match(/[\\d.]+/g).map(Number);
  const ground = e => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
  const poor = new Set();
  for (const e of document.querySelectorAll('body *')) {
    if (![...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const style = getComputedStyle(e);
    const [a, b] = [light(parse(e.closest('svg') ? style.fill : style.color)), light(ground(e))].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    if ((a + 0.05) / (b + 0.05) < (large ? 3 : 4.5)) poor.add(e.tagName + '.' + e.className + ' ' + style.color);
  }
  return [...poor];
}"""
