"""站点无法访问 Too many visits of a week found the home page shut.

何为问题: 网站首页经常打不开，公众无法访问。
怎样测量: 监测一周，每天间隔访问，累计 20 次以上；15 秒及以上仍未打开的为一次失败，失败次数占 5% 及以上的认定。比例按整数计算，不作四舍五入。
反例: 一周访问 140 次，其中 7 次超时（5.0%）；连续一天拒绝连接。
正例: 一周访问 143 次，其中 7 次失败（4.8%）；失败时本机网络不通的；超过 15 秒以前打开的。
局限: 访问不足 20 次、不满一周或有一天没有访问的，只算抽样，提请人工核实；被防护设备拦截、robots 不许、证书有问题的访问，既不算打开也不算失败；只看首页，从一处网络访问，其他地区、其他运营商的情况看不到。
"""

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
NOT_TOLD = frozenset(
    {
        FetchOutcome.BLOCKED,
        FetchOutcome.LOGIN,
        FetchOutcome.TLS,
        FetchOutcome.SKIPPED_ROBOTS,
        FetchOutcome.SKIPPED_PRIVATE,
    }
)


class Params(model.Params):
    """参数 The window and what a visit and a week must come to.

    `days` of the window, in each of which (24 hours back from the moment) somebody visited; `min_visits` in it; `seconds` a visitor waits;
    `percent` of visits that failed, from which on the site counts as unreachable.
    """

    days: int = Field(default=7, ge=1, le=31)
    min_visits: int = Field(default=20, ge=1)
    seconds: int = Field(default=15, ge=1)
    percent: int = Field(default=5, ge=1, le=100)


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 One answer on the visits of the window; nothing to judge by when they are too few and none failed."""
    start = moment.as_of - timedelta(days=params.days)
    window = [one for one in subject.visits if start < one.at <= moment.as_of]
    counted = [one for one in window if one.control is not False and one.outcome not in NOT_TOLD]
    failed = [one for one in counted if is_failed(one, params.seconds)]
    enough = len(counted) >= params.min_visits and _days(counted, moment) >= params.days
    if enough and len(failed) * 100 >= params.percent * len(counted):
        yield _answer(Hit, "down", subject, window, counted, failed, params, moment)
    elif not enough and failed:
        yield _answer(Unsure, "sampled", subject, window, counted, failed, params, moment)
    elif not counted and any(one.outcome in NOT_TOLD for one in window):
        yield _answer(Unsure, "kept_out", subject, window, counted, window, params, moment)
    elif not enough:
        yield NoSubject()


def is_failed(visit: Visit, seconds: int) -> bool:
    """打不开 Whether the home page was not open after so many seconds."""
    return not visit.outcome.there or visit.elapsed_ms >= seconds * 1000


def _days(visits: list[Visit], moment: Moment) -> int:
    """Days before the moment, each of 24 hours, in which there was a visit."""
    return len({(moment.as_of - one.at) // timedelta(days=1) for one in visits})


def _percent(part: int, whole: int) -> str:
    """A share cut, never rounded, after one decimal: 4.99 is no 5.0."""
    tenths = part * 1000 // whole if whole else 0
    return f"{tenths // 10}.{tenths % 10}"


def _answer(
    answer: type[Hit],
    case: str,
    observation: Observation,
    window: list[Visit],
    counted: list[Visit],
    shown: list[Visit],
    params: Params,
    moment: Moment,
) -> Hit:
    percent = _percent(len(shown), len(counted)) if counted else "0.0"
    times = [one.at for one in window]
    return answer(
        message_id=f"check.unreachable_site.{case}",
        params={
            "visits": len(counted),
            "failed": len(shown) if counted else 0,
            "percent": percent,
            "others": len(window) - len(counted),
            "days": _days(counted or window, moment),
            "begun": _stamp(min(times)),
            "ended": _stamp(max(times)),
            "seconds": params.seconds,
            "asked_visits": params.min_visits,
            "asked_days": params.days,
        },
        evidence=tuple(_evidence(one) for one in shown[:MOST_EVIDENCE]),
        url=observation.site.home,
        measured=f"{percent}%" if counted else None,
        allowed=f"{params.percent}%",
    )


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _evidence(visit: Visit) -> Evidence:
    timings = visit.timings
    steps = (
        ("DNS", timings.dns), ("TCP", timings.tcp), ("TLS", timings.tls), ("TTFB", timings.first_byte)
    )  # fmt: skip
    parts = (
        f"{visit.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
        str(visit.status) if visit.status else visit.cause or visit.outcome.value,
        f"{visit.elapsed_ms} ms",
        *(f"{name} {ms}" for name, ms in steps if ms is not None),
        visit.ip or "",
    )
    return Evidence(
        url=visit.final_url or visit.url,
        quote=" ".join(part for part in parts if part),
        shows=f"visit_{visit.outcome}",
    )
