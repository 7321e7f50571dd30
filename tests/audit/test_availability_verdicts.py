"""Weeks of visits, made by the real watch under a fixed clock, and what the national rule says of them."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from itertools import count, pairwise, takewhile
from pathlib import Path
from typing import Any

import pytest

from audit.availability import watch
from audit.availability_view import visits_views
from audit.judge import is_itemwise
from audit.visit_slots import upcoming
from checks import ALL, params_of
from model import FetchOutcome, Outcome, Severity, Site
from report.messages import Messages
from report.visits import VisitsView, visits_lines, write_visits
from rules import DEFAULT_PACK, load_pack
from storage import Store, open_store
from tests.audit.test_availability import DAY, HOUR, MONDAY, FixedClock, opened, site

PACK = load_pack(DEFAULT_PACK, params_of(ALL))
SHUT: dict[str, Any] = {
    "outcome": FetchOutcome.UNREACHABLE,
    "cause": "timeout",
    "status": None,
    "elapsed_ms": 16004,
}
LATE: dict[str, Any] = {"elapsed_ms": 15200}
CIRCLE: dict[str, Any] = {"outcome": FetchOutcome.UNREACHABLE, "cause": "redirect_loop", "status": 302}
WALLS: tuple[dict[str, Any], ...] = (
    {"outcome": FetchOutcome.BLOCKED, "cause": "chuangyu", "status": 403},
    {"outcome": FetchOutcome.BLOCKED, "cause": "status_412", "status": 412},
)
Behaviour = Callable[[int, datetime], dict[str, Any]]  # number of the visit, when → fields of the visit


def failing(*which: int) -> Behaviour:
    return lambda number, _at: SHUT | {"control": True} if number in which else {}


def cable_cut(number: int, at: datetime) -> dict[str, Any]:
    """Two days on which nothing could be reached from where we sit."""
    return SHUT | {"control": False} if MONDAY + 2 * DAY <= at < MONDAY + 4 * DAY else {}


WATCHED: dict[str, tuple[int, float, Behaviour]] = {  # visits a day, days, what the watch comes upon
    "five percent exactly": (20, 7, failing(3, 20, 41, 62, 83, 104, 125)),
    "four point nine percent": (29, 7, failing(*range(10, 110, 10))),
    "nineteen visits, all failed": (24, 19 / 24, lambda _number, _at: SHUT | {"control": True}),
    "our own network for two days": (20, 7, cable_cut),
}
KEPT: dict[str, tuple[int, float, Behaviour]] = {  # as if the watch had been at another time
    "five percent, by opening late": (20, 7, lambda number, _at: LATE if number % 20 == 3 else {}),
    "nineteen visits, all open": (24, 19 / 24, failing()),
    "our own network all week": (20, 7, lambda _number, _at: SHUT | {"control": False}),
    "an expired certificate": (
        20, 7, lambda _number, _at: {"outcome": FetchOutcome.TLS, "cause": "tls_expired"}
    ),
    "a firewall that refuses": (
        20, 7, lambda _number, _at: {"outcome": FetchOutcome.BLOCKED, "cause": "status_412"}
    ),
    "a wall that answers 503": (
        20, 7, lambda _number, _at: {"outcome": FetchOutcome.BLOCKED, "cause": "cloudflare", "status": 503}
    ),
    "a circle of redirects": (20, 7, lambda number, _at: CIRCLE if number % 10 == 0 else {}),
    "two walls and a few that open": (
        20, 7, lambda number, _at: {} if number % 14 == 0 else WALLS[number % 3 == 0]
    ),
    "always open": (
        20, 7, lambda _number, _at: {"family": 6, "other_family": True, "certificate_days": 42}
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, VisitsView]:
    folder = tmp_path_factory.mktemp("weeks")
    found: dict[str, VisitsView] = {}
    with open_store(f"sqlite:///{folder / 'kept.sqlite3'}", folder / "archive") as store:
        for number, (name, (per_day, days, behaviour)) in enumerate({**WATCHED, **KEPT}.items()):
            one, until = site(number), MONDAY + days * DAY
            if name in WATCHED:
                _watch(one, store, per_day, until, behaviour)
            else:
                _keep(one, store, per_day, until, behaviour)
            (found[name],) = visits_views(store, [one], PACK, ALL, until)
    return found


def _watch(one: Site, store: Store, per_day: int, until: datetime, behaviour: Behaviour) -> None:
    clock, numbers = FixedClock(), count(1)
    watch(
        [one], lambda found: opened(found, clock.at, **behaviour(next(numbers), clock.at)), store,
        until=until, per_day=per_day, clock=clock,
    )  # fmt: skip


def _keep(one: Site, store: Store, per_day: int, until: datetime, behaviour: Behaviour) -> None:
    moments = takewhile(lambda at: at < until, (slot.at for slot in upcoming(one.key, MONDAY, per_day)))
    store.keep_visits([opened(one, at, **behaviour(number, at)) for number, at in enumerate(moments, 1)])


def verdict(view: VisitsView) -> tuple[Outcome, str]:
    (one,) = view.verdicts
    assert one.severity is Severity.VETO and one.rule_id == "N19-VETO-02"
    return one.outcome, one.message_id.rpartition(".")[2]


def test_five_percent_of_a_week_is_a_suspected_veto(weeks: dict[str, VisitsView]) -> None:
    view = weeks["five percent exactly"]
    assert (view.counted, view.failed, str(view.percent)) == (140, 7, "5")
    assert verdict(view) == (Outcome.FAIL, "down") and view.suspected
    (one,) = view.verdicts
    assert len(one.evidence) == 7, "every failed visit is shown"
    assert one.locus == "site"
    said = "\n".join(visits_lines(view, Messages("zh_CN")))
    assert "疑似单项否决，待人工确认" in said and said.count("未打开：") == 7


def test_a_page_that_opens_after_fifteen_seconds_has_not_opened(weeks: dict[str, VisitsView]) -> None:
    view = weeks["five percent, by opening late"]
    assert view.failed == 7 and verdict(view) == (Outcome.FAIL, "down")
    assert "超过时限才打开" in "\n".join(visits_lines(view, Messages("zh_CN")))


def test_four_point_nine_percent_passes(weeks: dict[str, VisitsView]) -> None:
    view = weeks["four point nine percent"]
    assert (view.counted, view.failed, str(view.percent)) == (203, 10, "4.92")
    assert verdict(view) == (Outcome.PASS, "pass") and not view.suspected


def test_nineteen_visits_are_sampled_only(weeks: dict[str, VisitsView]) -> None:
    shut = weeks["nineteen visits, all failed"]
    assert (shut.counted, shut.failed) == (19, 19)
    assert verdict(shut) == (Outcome.UNSURE, "sampled") and not shut.suspected
    assert "仅抽样" in "\n".join(visits_lines(shut, Messages("zh_CN")))
    open_ = weeks["nineteen visits, all open"]
    assert (open_.counted, open_.failed) == (19, 0)
    assert verdict(open_)[0] is Outcome.NOT_OBSERVED, "too few to pass, too"


@pytest.mark.parametrize("name", ["our own network all week", "our own network for two days"])
def test_while_the_control_target_is_down_nobody_is_judged(weeks: dict[str, VisitsView], name: str) -> None:
    view = weeks[name]
    assert view.failed == 0 and len(view.seen) == 140
    assert view.counted == {"our own network all week": 0, "our own network for two days": 100}[name]
    assert verdict(view) == (Outcome.NOT_OBSERVED, "few_counted") and not view.suspected
    assert view.verdicts[0].set_aside, "no site's score waits for our own network"
    *_, said = visits_lines(view, Messages("zh_CN"))
    assert f"访问了 140 次，只有 {view.counted} 次可以计入" in said and "多因本机网络可能故障" in said
    assert "请排除本机网络故障" in said and "duwang probe" not in said


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("an expired certificate", "加密连接有问题"),
        ("a firewall that refuses", "被拦截"),
        ("a wall that answers 503", "被拦截，无法核验（Cloudflare 的验证） 140 次"),
    ],
)
def test_what_kept_us_out_is_not_down(weeks: dict[str, VisitsView], name: str, words: str) -> None:
    view = weeks[name]
    assert (view.counted, verdict(view)[0]) == (0, Outcome.UNSURE)
    assert words in "\n".join(visits_lines(view, Messages("zh_CN")))


def test_a_week_mostly_refused_says_by_whom_and_whom_to_ask(weeks: dict[str, VisitsView]) -> None:
    view = weeks["two walls and a few that open"]
    assert (view.counted, view.failed, verdict(view)) == (10, 0, (Outcome.NOT_OBSERVED, "few_counted"))
    said = "\n".join(visits_lines(view, Messages("zh_CN")))
    assert "（创宇盾的拦截） 87 次、被拦截，无法核验（状态码 412） 43 次" in said
    assert "访问了 140 次，只有 10 次可以计入" in said and "其余 130 次不计，多因被拦截" in said
    assert "放行 User-Agent 以“duwang”开头的请求" in said and "duwang probe" not in said


def test_redirects_in_a_circle_only_ask_a_person(weeks: dict[str, VisitsView]) -> None:
    view = weeks["a circle of redirects"]
    assert (view.counted, view.failed, view.doubtful) == (140, 0, 14)
    assert (str(view.percent), str(view.most_percent)) == ("0", "10")
    assert verdict(view) == (Outcome.UNSURE, "doubtful") and not view.suspected
    assert len(view.verdicts[0].evidence) == 14 and view.longest_outage is None
    said = "\n".join(visits_lines(view, Messages("zh_CN")))
    assert "其中失败 0 次，失败率 0%" in said and "存疑 14 次" in said and said.count("存疑：循环跳转") == 14
    assert "被拦截" not in said


def test_a_week_of_open_doors_passes_and_is_told(weeks: dict[str, VisitsView]) -> None:
    view = weeks["always open"]
    assert verdict(view) == (Outcome.PASS, "pass")
    said = "\n".join(visits_lines(view, Messages("en")))
    assert "Visits: 140, counted 140, of them failed 0, which is 0%." in said
    assert "Certificate: 42 days left." in said and "IPv6: tried 140 times, opened 140 times." in said
    assert view.longest_outage is None


def test_the_longest_outage_runs_to_the_visit_that_opened_again(weeks: dict[str, VisitsView]) -> None:
    single = weeks["five percent exactly"].longest_outage
    assert single is not None and single.visits == 1 and single.ended is not None
    assert single.first == single.last < single.ended
    still = weeks["nineteen visits, all failed"].longest_outage
    assert still is not None and (still.visits, still.ended) == (19, None)
    assert still.last - still.first > 16 * HOUR


def test_the_sheet_has_every_visit_in_the_customary_columns(
    weeks: dict[str, VisitsView], tmp_path: Path
) -> None:
    views = [
        weeks["five percent exactly"],
        weeks["our own network all week"],
        weeks["an expired certificate"],
        weeks["a circle of redirects"],
    ]
    path = tmp_path / "visits.csv"
    assert write_visits(views, path, Messages("zh_CN")) == 4 * 140
    text = path.read_bytes().decode("utf-8-sig")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    lines = text.split("\r\n")
    assert lines[0] == (
        "序号,时间,网址,结果,错误描述,状态码,耗时（毫秒）,DNS（毫秒）,TCP（毫秒）,TLS（毫秒）,首字节（毫秒）,完成（毫秒）,IP,是否计入"
    )
    rows = [line.split(",") for line in lines[1:-1]]
    assert [row[0] for row in rows] == [str(number) for number in range(1, 561)]
    assert all(before[1] < after[1] for before, after in pairwise(rows[:140])), "in order of time"
    assert Counter(row[3] for row in rows[:140]) == {"打开": 133, "失败": 7}
    failed = next(row for row in rows if row[3] == "失败")
    assert failed[4:7] == ["超时无应答", "", "16004"]
    assert {(row[3], row[13]) for row in rows[140:280]} == {("失败", "否（本机网络可能故障）")}
    assert {(row[3], row[4], row[5]) for row in rows[280:420]} == {("无法核验", "安全证书已过期", "200")}
    assert {(row[3], row[4], row[13]) for row in rows[420:]} == {
        ("打开", "", "是"),
        ("存疑", "循环跳转", "是"),
    }


def test_the_national_rule_is_about_the_whole_site() -> None:
    assert [rule.id for rule in PACK.rules if rule.check == "unreachable_site"] == ["N19-VETO-02"]
    assert not is_itemwise(ALL["unreachable_site"])
