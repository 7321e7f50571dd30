"""死链错链 A link whose target is not there, confirmed at two different times.

何为问题: 首页和其他页面上的链接、图片、附件打不开，目标页面不存在。
怎样测量: 每个目标至少访问两次（不同时间），每次都是“不存在”（404、410 或 200 状态的“页面不存在”）才认定；列出全部父页面。
反例: 两次访问均为 404；附件已删除，返回“您访问的页面不存在”。
正例: 第一次 404、复核时正常；只在源码注释里的链接（访问者看不见）；脚本入口、锚点、邮箱、电话；未渲染的模板占位符。
局限: 该网站对不存在的地址如实返回 404、这一页却以 200 状态写有“页面不存在”的，只提请人工核实；超时、拒绝连接、服务器错误、证书错误、跳回首页、只试过一次的，一律不认定，提请隔日复核；被拦截的不作判断。
"""

from collections.abc import Iterator

import model
from model import (
    SHANGHAI,
    Attempt,
    Evidence,
    FetchOutcome,
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
THERE = frozenset({FetchOutcome.OK, FetchOutcome.TOO_LARGE, FetchOutcome.NOT_RENDERED})
MAX_EVIDENCE = 20
ONLY_WORDS = "only_words"  # the cause of a 200 that says it is gone on a host that answers with honest 404s
NO_ANCHOR = "no_text"  # shown by its label in the catalogue: an image, or a link without words


class Params(model.Params):
    """参数 `min_attempts`: how many tries at different times must agree that the target is missing."""

    min_attempts: int = 2
    ask: bool = False  # a missing target is only shown to a person, never held against the site


def judge(subject: LinkCheck, params: Params, moment: Moment) -> Iterator[Hit | Unsure]:
    """判定 At most one answer per target, with every page that links to it."""
    link = subject
    if link.relation in NEVER_DEAD or any(attempt.outcome in THERE for attempt in link.attempts):
        return
    case = _case(link, params)
    if params.ask:
        if not case.startswith("missing"):
            return
        case = "commented" if link.relation is LinkRelation.COMMENTED else "missing_once"
    yield (Hit if case == "missing" else Unsure)(
        message_id=f"check.dead_link.{case}",
        params={
            "url": link.url,
            "anchor": next((parent.anchor for parent in link.found_on if parent.anchor.strip()), NO_ANCHOR),
            "tries": len(link.attempts),
            "seen": _seen(link.attempts),
            "parents": len(_parents(link)),
        },
        evidence=_evidence(link),
        url=link.url,
        measured=_seen(link.attempts) or None,
        parents=_parents(link),
    )


def _case(link: LinkCheck, params: Params) -> str:
    if link.relation is LinkRelation.MALFORMED:
        return "malformed"
    outcomes = {attempt.outcome for attempt in link.attempts}
    if not outcomes:
        return "not_tried"
    if all(outcome.missing for outcome in outcomes):
        if any(attempt.cause == ONLY_WORDS for attempt in link.attempts):
            return "only_words"
        times = {attempt.at for attempt in link.attempts}
        return "missing" if len(times) >= params.min_attempts else "missing_once"
    if outcomes <= {FetchOutcome.UNREACHABLE, FetchOutcome.SERVER_ERROR}:
        return "unreachable"
    if outcomes == {FetchOutcome.REDIRECTED_HOME}:
        return "redirected_home"
    if outcomes == {FetchOutcome.TLS}:
        return "tls"
    return "mixed"


def _parents(link: LinkCheck) -> tuple[str, ...]:
    return tuple(dict.fromkeys(parent.url for parent in link.found_on))


def _seen(attempts: tuple[Attempt, ...]) -> str:
    """每次所见 What each try saw: the status, else the cause, else the class."""
    return ", ".join(
        str(attempt.status) if attempt.status else attempt.cause or attempt.outcome.value
        for attempt in attempts
    )


def _evidence(link: LinkCheck) -> tuple[Evidence, ...]:
    tries = [
        Evidence(
            snapshot_id=attempt.snapshot_id,
            url=attempt.final_url or link.url,
            quote=f"{attempt.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S} {attempt.method} {_seen((attempt,))}",
            shows=f"attempt_{attempt.outcome}",
        )
        for attempt in link.attempts[:MAX_EVIDENCE]
    ]
    parents = [
        Evidence(
            snapshot_id=parent.snapshot_id,
            url=parent.url,
            quote=parent.anchor or parent.title,
            shows="parent_page",
        )
        for parent in link.found_on[:MAX_EVIDENCE]
    ]
    return (*tries, *parents)
