"""复查 One finding once more: as it was recorded, on the archived bytes, and as it is now; nothing else is judged or filed."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import crawler
from audit.arrange import asked_for
from audit.collector import give_back
from audit.conclude import conclude, moment_of
from audit.desk.appealing import finding_of, words_of
from audit.desk.appeals import appeal_numbered
from audit.desk.desk import Desk, enter, open_desk, open_still
from audit.desk.recheck_trail import MOST_PAGES, trail_of
from audit.judge import REFUSED
from audit.lease import lease_kept
from audit.replay import rejudge, reread
from audit.run import Request, begin, crawling, noted
from audit.same_evidence import evidence_digest
from audit.settlement import Watch
from model import (
    RECHECK,
    Appeal,
    AppealState,
    BrowserUse,
    CheckModule,
    Draft,
    EntryKind,
    Fault,
    Finding,
    Frozen,
    Limits,
    Look,
    Pace,
    Reach,
    Recheck,
    RulePack,
    Run,
    Scope,
    Site,
    Terms,
    Verdict,
    body_of,
    fingerprint_of,
)
from rules import column_directory, reach_of
from storage import Store

_MOST_SECONDS = 900


class Means(Frozen):
    """复查方式 How the network is asked; the pace is what is arranged for the site."""

    contact: str | None = None
    allow_private: bool = False
    browser: BrowserUse = BrowserUse.AUTO
    confirm_seconds: float = Limits().confirm_seconds
    as_of: datetime | None = None  # the moment to judge at; None: now
    whole: bool = False  # not only what the finding rests on, but all that its rule wants


def recheck(
    store: Store,
    desk: Desk,
    number: int,
    *,
    by: str,
    at: datetime | None,
    clock: Callable[[], datetime],
    checks: Mapping[str, CheckModule],
    means: Means | None,
    watch: Watch | None = None,
) -> Appeal:
    """复查一项 Judges the finding's rule again on the bytes that were archived, and by a crawl of just what it rests on.

    `at`: when it happened; None: when it is done. `means` None: nobody is asked anything. Enters what was seen; no case, no score, no audit of the site changes. Raises
    Fault (exit 3) when the application is about no finding, awaits no ruling, or its run is kept no longer.
    """
    open_still(desk)
    by = words_of("by", by)
    appeal = appeal_numbered(desk, number)
    if appeal.state is AppealState.NOT_ADMITTED:
        raise Fault("fault.appeal_late", number=number, last_day=appeal.said.last_day)
    if not appeal.state.awaits:
        raise Fault("fault.appeal_ruled", number=number, by=appeal.ruled_by)
    if appeal.said.finding is None:
        raise Fault("fault.appeal_no_finding", number=number)
    finding = finding_of(store, appeal)
    if finding is None:
        raise Fault("fault.appeal_run_gone", number=number, run=appeal.said.run_id)
    run = store.run(finding.run_id)
    pack = rule_alone(store.pack(run.pack_digest), finding.verdict.rule_id)
    told = Recheck(
        appeal=number,
        fingerprint=finding.fingerprint,
        recorded=_look(store, run, finding.verdict),
        archived=_archived(store, run, pack, finding, checks),
        now=None if means is None else _now(store, run, pack, finding, checks, means, watch),
    )
    now = clock()  # the crawl has taken its time
    draft = Draft(kind=EntryKind.RECHECKED, at=at or now, by=by, subject=appeal.said.unit, body=body_of(told))
    # whatever others entered meanwhile is no reason to lose it
    enter(store, open_desk(store, desk.assessment.id), [draft], now)
    return appeal_numbered(open_desk(store, desk.assessment.id), number)


def rule_alone(pack: RulePack, rule_id: str) -> RulePack:
    """单项指标 The pack with that rule and nothing else, under an id and a digest of its own: no score comes of it."""
    digest = hashlib.sha256(f"{pack.digest}\x1f{rule_id}".encode()).hexdigest()
    alone: dict[str, object] = {"rules": (pack.rule(rule_id),), "tallies": (), "counted": (), "manual": (), "features": ()}  # fmt: skip
    return pack.model_copy(update={**alone, "id": f"{pack.id}#{rule_id}", "digest": digest})


def _archived(
    store: Store, run: Run, pack: RulePack, finding: Finding, checks: Mapping[str, CheckModule]
) -> Look:
    try:
        result = rejudge(store, run.id, pack, checks)
    except Fault as fault:
        if not fault.message_id.startswith("fault.archive_"):
            raise
        return Look(run_id=run.id, as_of=run.as_of, why="recheck.gone")
    if not result.home_seen:
        return Look(run_id=run.id, as_of=run.as_of, why="recheck.gone")
    return _look(store, run, _of(result.verdicts, finding, run.site))


def _now(
    store: Store,
    before: Run,
    pack: RulePack,
    finding: Finding,
    checks: Mapping[str, CheckModule],
    means: Means,
    watch: Watch | None,
) -> Look:
    """A crawl of its own, kept like any other and never finished: the ledger, the nights and the next audit pass it by."""
    site, verdict = before.site, finding.verdict
    crawl, check = before.replays or before.id, checks[verdict.check]
    trail = trail_of(store, crawl, site, finding, check, whole=means.whole)
    terms = asked_for(site, Terms(), store)
    store.mark_dead_runs()
    request = Request(
        site=site, as_of=means.as_of, contact=means.contact, allow_private=means.allow_private, browser=means.browser,
        limits=Limits(
            max_pages=MOST_PAGES if trail.places is not None else terms.max_pages or Limits().max_pages,
            max_seconds=_MOST_SECONDS, confirm_seconds=means.confirm_seconds,
        ),
        pace=Pace(delay=terms.delay or 0, autothrottle=bool(terms.delay)),
        scope=Scope.COLUMNS if reach_of(verdict.check) <= Reach.COLUMNS else Scope.WHOLE,
    )  # fmt: skip
    tell = watch or (lambda _stage, _progress: None)
    begun = begin(request, [pack], store)
    run = begun.run
    plan = begun.plan.model_copy(update={"seeds": trail.seeds, "limits": request.limits})
    with noted(store, run), lease_kept(store, run.id, begun.tenure):
        with crawling(begun, store, tell) as course:
            _, follow, keep, known, progress = course.parts
            course.parts = (plan, trail.only(follow), keep, known, progress)
            course.report = crawler.crawl(
                *course.parts, turn=course.turn, recall=course.recall, hold=course.hold
            )
        give_back()
        tell("judge", None)
        report = store.crawl_report(run.id)
        assert report is not None  # noqa: S101 - the course has just left it
        seen = reread(store, run.id, run.site, moment_of(run.as_of), report, column_directory())
        result = conclude(run, seen, pack, checks, {})
        store.interrupt_run(run.id, reason=RECHECK, ended_at=report.ended_at, coverage=seen.coverage)
    if not result.home_seen:
        home = result.observation.home
        refused = home is not None and home.outcome in REFUSED
        why = "recheck.home_refused" if refused else "recheck.home_unseen"
        return Look(run_id=run.id, as_of=run.as_of, why=why, requests=report.requests)
    look = _look(store, run, _of(result.verdicts, finding, site))
    return look.model_copy(update={"requests": report.requests, "partial": trail.partial})


def _of(verdicts: Iterable[Verdict], finding: Finding, site: Site) -> Verdict | None:
    return next(
        (one for one in verdicts if fingerprint_of(one.rule_id, site.key, one.locus) == finding.fingerprint),
        None,
    )


def _look(store: Store, run: Run, verdict: Verdict | None) -> Look:
    if verdict is None:
        return Look(run_id=run.id, as_of=run.as_of, why="recheck.absent")
    return Look(
        run_id=run.id, as_of=run.as_of, verdict=verdict, digest=evidence_digest(verdict), bodies=_bodies(store, verdict)
    )  # fmt: skip


def _bodies(store: Store, verdict: Verdict) -> dict[str, str]:
    """Of what the verdict cites, as far as it is kept."""
    found: dict[str, str] = {}
    for snapshot_id in dict.fromkeys(one.snapshot_id for one in verdict.evidence if one.snapshot_id):
        try:
            found[snapshot_id] = store.snapshot(snapshot_id).sha256 or ""
        except Fault as fault:
            if fault.message_id != "fault.snapshot_unknown":
                raise
    return found
