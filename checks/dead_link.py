"""死链错链 A link whose target is gone, or has not opened for a day or more, by all looks at it.

何为问题: 首页和其他页面上的链接、图片、附件打不开：目标页面不存在，或连续一天以上无法访问。
怎样测量: 每次访问记一票，隔时复核、隔日再访，其他网站当晚对同一目标的访问也算在内。至少两个不同时间都是“不存在”（404、410 或 200 状态的“页面不存在”）才认定失效；服务器错误、超时、域名解析不了、拒绝连接，须连续 24 小时以上每次如此、其间没有一次打开，且访问时刻不都在一天的同一时段（相差 3 小时以上），才认定无法访问；其间有三天以上无人访问的，不连续计算（“不存在”为八天）。列出每一票和全部父页面。
反例: 两次访问均为 404；附件已删除，返回“您访问的页面不存在”；连续两天、早晚访问均连接超时。
正例: 第一次 404、复核时正常；前一晚 503、今晚正常；每晚两点关闭而白天开放的网站；内容过大、传输中断、很慢但确有应答；只在源码注释里的链接（访问者看不见）；脚本入口、锚点、邮箱、电话；未渲染的模板占位符。
局限: 只访问过一次的、不满一天的故障、时好时坏、跳回首页、证书错误、异常跳转、各次结果不一的，一律不认定，提请人工核实；该网站对不存在的地址如实返回 404、这一页却以 200 状态写有“页面不存在”的，也只提请核实；被拦截的、限流期间和本机断网时所见的，不作判断。
"""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

import model
from checks.link_votes import HOME_HABIT, TO_404, Ballot, Standing, tally
from model import (
    SHANGHAI,
    Attempt,
    Evidence,
    Hit,
    LinkCheck,
    LinkRelation,
    Moment,
    Subject,
    Unsure,
)

SUBJECT = Subject.LINK
NEEDS = frozenset({"attempts"})
NEVER_DEAD = frozenset({LinkRelation.SCRIPT_ONLY, LinkRelation.CONTACT, LinkRelation.PLACEHOLDER})
MAX_EVIDENCE = 20
MAX_SEEN = 8
NO_ANCHOR = "no_text"  # shown by its label in the catalogue: an image, or a link without words
UNKNOWN = "unknown"  # nobody looked at the host's certificate
ACCUSED = frozenset({"missing", "missing_redirected", "home_habit", "down", "long_dead"})


class Params(model.Params):
    """参数 How much must agree before a target is called dead.

    `min_attempts`: looks that must miss it, each `apart_seconds` or more after the one before (0: the pause of the
    crawl between two looks is enough). `down_hours`: how long every look must have failed. `home_redirects`: `count`
    accuses where the host is known to send every missing page home. `days`: only what has been dead for so many days
    in a row. `ask`: a missing target is only shown to a person, never held against the site.
    """

    min_attempts: int = Field(default=2, ge=2)
    apart_seconds: int = Field(default=0, ge=0)
    down_hours: int = Field(default=24, ge=1)
    home_redirects: Literal["ask", "count"] = "ask"
    days: int | None = Field(default=None, ge=2)
    ask: bool = False

    @property
    def seen_only(self) -> bool:
        return self.days is not None


def judge(subject: LinkCheck, params: Params, moment: Moment) -> Iterator[Hit | Unsure]:
    """判定 At most one answer per target, with every page that links to it."""
    if subject.relation in NEVER_DEAD:
        return
    if subject.relation is LinkRelation.MALFORMED and not subject.attempts:
        if params.days is None:
            yield _answer(subject, "malformed", Ballot(Standing.NOT_ASKED))
        return
    ballot = tally(subject.attempts, params.min_attempts, params.apart_seconds, params.down_hours)
    if ballot.standing is Standing.ALIVE:
        return
    if params.ask:
        if ballot.standing in (Standing.GONE, Standing.GONE_ONCE):
            commented = subject.relation is LinkRelation.COMMENTED
            yield _answer(subject, "commented" if commented else "missing_once", ballot)
        return
    if params.days is None:
        yield _answer(subject, _case(ballot, params), ballot)
    elif ballot.days >= params.days:
        yield _answer(subject, "long_dead" if ballot.standing.dead else "long_doubt", ballot)


def _case(ballot: Ballot, params: Params) -> str:
    causes = {one.cause for one in ballot.tries if one.outcome.missing}
    match ballot.standing:
        case Standing.GONE:
            return "missing_redirected" if causes == {TO_404} else "missing"
        case Standing.GONE_ONCE:
            return "missing_once"
        case Standing.REDIRECTED_HOME:
            habit = {one.cause for one in ballot.tries} == {HOME_HABIT}
            often = len({one.at for one in ballot.tries}) >= params.min_attempts
            return "home_habit" if habit and often and params.home_redirects == "count" else "redirected_home"
        case Standing.SUSPECTED if ballot.hours >= params.down_hours:
            return "one_hour"
        case other:
            return other.value


def _answer(link: LinkCheck, case: str, ballot: Ballot) -> Hit:
    seen = _seen(ballot.tries)
    parents = tuple(dict.fromkeys(parent.url for parent in link.found_on))
    last = ballot.tries[-1] if ballot.tries else None
    fault = link.tls.fault if link.tls is not None else None
    return (Hit if case in ACCUSED else Unsure)(
        message_id=f"check.dead_link.{case}",
        params={
            "url": link.url,
            "anchor": next((parent.anchor for parent in link.found_on if parent.anchor.strip()), NO_ANCHOR),
            "tries": len(ballot.tries),
            "seen": seen,
            "parents": len(parents),
            "days": ballot.days,
            "hours": ballot.hours,
            "clock": f"{ballot.until.astimezone(SHANGHAI):%H:%M}" if ballot.until else "-",
            "first_seen": f"{ballot.since.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if ballot.since else "-",
            "last_seen": f"{ballot.until.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if ballot.until else "-",
            "cause": (last.cause if last else None) or "-",
            "tls_fault": fault or UNKNOWN,
            "final_url": (last.final_url if last else None) or link.url,
        },
        evidence=_evidence(link),
        url=link.url,
        measured=str(ballot.days) if case.startswith("long_") else seen or None,
        parents=parents,
    )


def _seen(tries: tuple[Attempt, ...]) -> str:
    """每次所见 What each try saw: the status, else the cause, else the class; of very many the first and the last."""
    told = [str(one.status) if one.status else one.cause or one.outcome.value for one in tries]
    if len(told) > MAX_SEEN:
        told = [*told[:2], "…", *told[3 - MAX_SEEN :]]
    return ", ".join(told)


def _evidence(link: LinkCheck) -> tuple[Evidence, ...]:
    parents = [
        Evidence(
            snapshot_id=parent.snapshot_id,
            url=parent.url,
            quote=parent.anchor or parent.title,
            shows="parent_page",
        )
        for parent in link.found_on[:MAX_EVIDENCE]
    ]
    return (*(vote_of(link, one) for one in link.attempts[-MAX_EVIDENCE:]), *parents)


def vote_of(link: LinkCheck, one: Attempt) -> Evidence:
    """一票 One try as it is shown: when, how, what came, how long it took, where it ended, what its body was."""
    end = one.final_url or link.url
    parts = (
        f"{one.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
        "browser" if one.rendered else one.method,
        str(one.status) if one.status else one.cause or one.outcome.value,
        f"{one.elapsed_ms} ms",
        f"→ {end}" if end != link.url else "",
        f"sha256:{one.sha256[:12]}" if one.sha256 else "",
    )
    return Evidence(
        snapshot_id=one.snapshot_id,
        url=end,
        quote=" ".join(part for part in parts if part),
        shows=f"withdrawn_{one.withdrawn}" if one.withdrawn else f"attempt_{one.outcome}",
    )
