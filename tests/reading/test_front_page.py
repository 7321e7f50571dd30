"""What the answer to a visit to a home page was: walls and missing pages, and honest home pages that are neither."""

from datetime import UTC, datetime
from typing import Any

import pytest

from model import FetchOutcome, Purpose, Rank, Site, Snapshot
from reading.front_page import opened_as

HOME = "http://www.x.gov.cn/"
O = FetchOutcome  # noqa: E741 - as in the other tables
NAMED = "<title>某县人民政府</title>"
SAYS = "<p>对不起，您访问的页面不存在</p>"
ROWS = "".join(f"<li><a href='/a/{n}.html'>关于第{n}号通知的公示</a>2026-11-0{n}</li>" for n in range(1, 9))
SCRIPT = "<script>window._cf_chl_opt={}</script>"

CASES: dict[str, tuple[str, dict[str, Any], FetchOutcome, str | None]] = {
    "a home page": (NAMED + ROWS, {}, O.OK, None),
    "a home page with a notice that names the phrase": (
        NAMED + ROWS + "<p>近期有网友反映访问部分栏目时提示“您访问的页面不存在”，现已修复。</p>", {}, O.OK, None
    ),
    "a home page in repair": (NAMED + "<p>网站升级改版中，敬请期待</p>", {}, O.OK, None),
    "a home page that asks to log in": (NAMED + "<p>请先登录</p>", {}, O.OK, None),
    "it says that it does not exist": ("<title>提示</title>" + SAYS, {}, O.SOFT404, "访问的页面不存在"),
    "its title says so": ("<title>404 Not Found</title><p>nginx</p>", {}, O.SOFT404, "title"),
    "only the beginning of one that may go on": (
        "<title>提示</title>" + SAYS, {"cause": "cut_here"}, O.OK, None
    ),
    "sent to the page of missing pages": (
        NAMED, {"final_url": HOME + "404.html", "redirects": [{"url": HOME, "status": 302}]},
        O.SOFT404, "redirected_to_404",
    ),
    "a challenge": (SCRIPT, {}, O.BLOCKED, "cloudflare"),
    "a challenge behind a server error": (
        SCRIPT, {"outcome": "server_error", "status": 503, "cause": "status_503"}, O.BLOCKED, "cloudflare"
    ),
    "a server error": (
        "<h1>Bad Gateway</h1>", {"outcome": "server_error", "status": 502, "cause": "status_502"},
        O.SERVER_ERROR, "status_502",
    ),
    "nothing": ("", {}, O.BLOCKED, "tiny_body"),
    "cut in the middle": (
        NAMED, {"outcome": "incomplete", "cause": "cut_short"}, O.INCOMPLETE, "cut_short"
    ),
    "a picture": ("\x89PNG", {"headers": {"content-type": "image/png"}}, O.OK, None),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_a_home_page_answered(name: str) -> None:
    source, fields, outcome, reason = CASES[name]
    headers = {"headers": {"content-type": "text/html; charset=utf-8"}}
    asked = {
        "id": "v/1",
        "run_id": "v",
        "url": HOME,
        "final_url": HOME,
        "purpose": Purpose.HOME,
        "rank": Rank.HOME,
    }
    answer = {"fetched_at": datetime(2026, 11, 1, tzinfo=UTC), "outcome": "ok", "status": 200}
    snapshot = Snapshot.model_validate(asked | answer | headers | fields)
    assert opened_as(snapshot, source.encode(), Site(home=HOME)) == (outcome, reason)
