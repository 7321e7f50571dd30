"""站点无法访问 Too many visits of a week found the home page shut.

何为问题: 网站首页经常打不开，公众无法访问。
怎样测量: 监测一周，每天间隔访问，累计 20 次以上；15 秒及以上仍未打开的为一次失败，失败次数占 5% 及以上的认定。比例按整数计算，不作四舍五入。
反例: 一周访问 140 次，其中 7 次超时（5.0%）；连续一天拒绝连接。
正例: 一周访问 143 次，其中 7 次失败（4.8%）；失败时本机网络不通的；超过 15 秒以前打开的，只收到一部分的也算打开。
局限: 访问不足 20 次、不满一周或有一天没有访问的，只算抽样，提请人工核实；被防护设备拦截（不论状态码是多少）、应答没有内容、robots 不许、证书有问题的访问，既不算打开也不算失败；首页自称不存在、循环跳转、跳转没有去处的，或 15 秒内已有内容传来而没有传完的，浏览器里或许看得到，不算失败，只在连同这些达到比例时提请人工核实；只看首页，从一处网络访问，其他地区、其他运营商的情况看不到。
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from pydantic import Field

import model
from model import (
    SHANGHAI,
    Evidence,
    FetchOutcome,
    Hit,
    Moment,
    NoSubject,
    Observation,
    Subject,
    Unsure,
    Visit,
)

SUBJECT = Subject.OBSERVATION
NEEDS = frozenset({"visits"})
MOST_EVIDENCE = 200
# neither opened nor shut: somebody kept us out, we kept ourselves out, or a browser would warn first
_NOT_TOLD = {
    FetchOutcome.BLOCKED: "blocked",
    FetchOutcome.LOGIN: "blocked",
    FetchOutcome.TLS: "tls",
    FetchOutcome.SKIPPED_ROBOTS: "robots",
    FetchOutcome.SKIPPED_PRIVATE: "private",
}
_EMPTY = "tiny_body"  # the cause of an answer with nothing in it
# A script may set the cookie that ends a circle, and a browser shows what comes with a redirect to nowhere.
_ODD_REDIRECTS = "redirect_"
COUNTED = frozenset({"opened", "failed", "doubtful"})
_SAYS = "check.unreachable_site"


class Params(model.Params):
    """参数 The window and what a visit and a week must come to.

    `days` of the window, in each of which (24 hours back from the moment) somebody visited; `min_visits` in it; `seconds` a visitor waits;
    `percent` of visits that failed, from which on the site counts as unreachable.
    """

    days: int = Field(default=7, ge=1, le=31)
    min_visits: int = Field(default=20, ge=1)
    seconds: int = Field(default=15, ge=1)
    percent: int = Field(default=5, ge=1, le=100)


def standing(visit: Visit, seconds: int) -> str:
    """计入与否 opened, failed or doubtful, which count; or why a visit does not: control, blocked, empty, robots, private, tls.

    Doubtful: it answered in time, but with what is no home page, or did not come whole in time; neither proves that a
    visitor with a browser would see none.
    """
    if visit.control is False:
        return "control"
    doubtful = visit.outcome is FetchOutcome.SOFT404 or (visit.cause or "").startswith(_ODD_REDIRECTS)
    if not doubtful and visit.outcome in _NOT_TOLD:
        return "empty" if visit.cause == _EMPTY else _NOT_TOLD[visit.outcome]
    if not doubtful and not visit.outcome.there:
        return "failed"
    if visit.elapsed_ms < seconds * 1000:
        return "doubtful" if doubtful else "opened"
    # a visitor sees what has come of a page, so one that began in time and took long is not plainly shut
    began_ms = visit.elapsed_ms - (visit.timings.complete or 0)
    return "doubtful" if visit.size and began_ms < seconds * 1000 else "failed"


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 One answer on the visits of the window; nothing to judge by when too few count and none of them failed."""
    window = _Window(subject, params, moment)
    counted, failed = window.being(*COUNTED), window.being("failed")
    unopened = window.being("failed", "doubtful")
    long_enough = window.enough(window.visits)
    if window.enough(counted):
        if window.too_many(failed):
            yield window.answer(Hit, "down", failed)
        elif window.too_many(unopened):
            yield window.answer(Unsure, "doubtful", unopened)
    elif not counted and window.main_reason not in (None, "control"):
        yield window.answer(Unsure, "kept_out", window.visits)
    elif unopened:
        yield window.answer(Unsure, "few_counted" if long_enough else "sampled", unopened)
    elif long_enough:
        yield NoSubject(message_id=f"{_SAYS}.few_counted", params=window.figures([]))
    else:
        yield NoSubject()


class _Window:
    """The visits that are judged, in order of time, and what each is taken for."""

    def __init__(self, subject: Observation, params: Params, moment: Moment) -> None:
        start = moment.as_of - timedelta(days=params.days)
        self.visits = [one for one in subject.visits if start < one.at <= moment.as_of]
        self._home, self._params, self._moment = subject.site.home, params, moment
        self._standings = [standing(one, params.seconds) for one in self.visits]
        self._left_out = Counter(one for one in self._standings if one not in COUNTED)

    @property
    def main_reason(self) -> str | None:
        """Why most of those do not count that do not."""
        return max(self._left_out, key=lambda one: (self._left_out[one], one), default=None)

    def being(self, *standings: str) -> list[Visit]:
        """The visits of these standings."""
        pairs = zip(self.visits, self._standings, strict=True)
        return [visit for visit, taken_for in pairs if taken_for in standings]

    def enough(self, visits: list[Visit]) -> bool:
        return len(visits) >= self._params.min_visits and self._days(visits) >= self._params.days

    def too_many(self, visits: list[Visit]) -> bool:
        return len(visits) * 100 >= self._params.percent * len(self.being(*COUNTED))

    def answer(self, answer: type[Hit], case: str, shown: list[Visit]) -> Hit:
        figures = self.figures(shown)
        return answer(
            message_id=f"{_SAYS}.{case}",
            params=figures,
            evidence=tuple(_evidence(one) for one in shown[:MOST_EVIDENCE]),
            url=self._home,
            measured=f"{figures['percent']}%" if figures["visits"] else None,
            allowed=f"{self._params.percent}%",
        )

    def figures(self, shown: list[Visit]) -> dict[str, str | int]:
        counted = self.being(*COUNTED)
        times = [one.at for one in self.visits]
        found: dict[str, str | int] = {
            "visits": len(counted),
            "failed": len(self.being("failed")),
            "doubtful": len(self.being("doubtful")),
            "percent": _percent(len(shown), len(counted)),
            "others": self._left_out.total(),
            "all": len(self.visits),
            "days": self._days(counted or self.visits),
            "begun": _stamp(min(times)),
            "ended": _stamp(max(times)),
            "seconds": self._params.seconds,
            "asked_visits": self._params.min_visits,
            "asked_days": self._params.days,
        }
        if self.main_reason is not None:
            told = {"standing": self.main_reason, "visit_advice": self.main_reason}
            found |= told | {"most": self._left_out[self.main_reason]}
        return found

    def _days(self, visits: list[Visit]) -> int:
        """Days before the moment, each of 24 hours, in which there was a visit."""
        return len({(self._moment.as_of - one.at) // timedelta(days=1) for one in visits})


def _percent(part: int, whole: int) -> str:
    """A share cut, never rounded, after one decimal: 4.99 is no 5.0."""
    tenths = part * 1000 // whole if whole else 0
    return f"{tenths // 10}.{tenths % 10}"


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _evidence(visit: Visit) -> Evidence:
    timings = visit.timings
    steps = (
        ("DNS", timings.dns), ("TCP", timings.tcp), ("TLS", timings.tls), ("TTFB", timings.first_byte)
    )  # fmt: skip
    # a status says little where something else decided: 503 cloudflare, 302 redirect_loop
    cause = visit.cause if visit.status and visit.cause and not visit.cause.startswith("status_") else ""
    parts = (
        f"{visit.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
        str(visit.status) if visit.status else visit.cause or visit.outcome.value,
        cause,
        f"{visit.elapsed_ms} ms",
        *(f"{name} {ms}" for name, ms in steps if ms is not None),
        visit.ip or "",
    )
    return Evidence(
        url=visit.final_url or visit.url,
        quote=" ".join(part for part in parts if part),
        shows=f"visit_{visit.outcome}",
    )
