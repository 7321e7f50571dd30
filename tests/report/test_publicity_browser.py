"""The published page in a real Chromium: nothing runs, nothing is fetched, nothing sticks out on a phone."""

from pathlib import Path
from shutil import which

import pytest
from playwright.sync_api import sync_playwright

from audit.desk.ranking import ranking, without_suspicions
from report.document import Line, Points, Table, as_page
from report.messages import Messages
from report.publicity import PublicityView, render_publicity
from tests.audit.desk.a_result import FROZEN, assessment, desk, final, result

pytestmark = pytest.mark.browser
CHROMIUM = which("chromium") or which("chromium-browser") or which("google-chrome")
if CHROMIUM is None:
    pytest.skip("no Chromium on this machine", allow_module_level=True)
ZH = Messages("zh_CN")


def test_published_pages_fit_a_phone_and_ask_for_nothing(tmp_path: Path) -> None:
    plan, shown = assessment(), without_suspicions(ranking(desk(result(), final()), final()))
    view = PublicityView(
        ranking=shown, organiser=plan.organiser, starts=plan.starts, ends=plan.ends, on=FROZEN.date(), packs=(("某" * 60, 5),)
    )  # fmt: skip
    long = [Line("f" * 128), Points(["f" * 128]), Table(["单位", "校验值"], [["县财政局", "f" * 128]])]
    pages = {"gb.html": render_publicity(view, ZH), "bg.html": as_page("报告", long, "f" * 128, ZH)}
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 390, "height": 900})
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for name, content in pages.items():
            (tmp_path / name).write_bytes(content)
            page.goto((tmp_path / name).as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
        assert asked == [(tmp_path / name).as_uri() for name in pages]
        browser.close()
