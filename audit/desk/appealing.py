"""提出复核 Applications for review are entered: all of a sheet or none, each about something of the result put up for 公示."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from audit.desk.appeal_sheet import Claim, read_claims
from audit.desk.appeals import Term, appeals, term
from audit.desk.desk import Desk, enter, open_desk, unit_named
from audit.desk.rows import Wrong
from audit.desk.sampled import own
from audit.rulings import dispute
from checks import load_checks, params_of, subjects_of
from model import (
    LONGEST_REASON,
    SHANGHAI,
    TOTAL,
    Appeal,
    Appealed,
    Draft,
    EntryKind,
    Fault,
    Finding,
    Outcome,
    RulePack,
    body_of,
)
from report.text import plain
from rules import load_pack
from storage import Store

_TOTAL = frozenset({"总分", "总得分", "得分", TOTAL})
_UNDISPUTED = frozenset({"fault.dispute_open", "fault.dispute_nothing", "fault.case_none"})


class Applied(NamedTuple):
    """申请结果 `taken` with their numbers; `known`: rows told before, with the numbers they have; `wrong`: then none is taken.

    `estimated`: the holidays up to the last day are not known yet, so that it is an estimate.
    """

    taken: tuple[Appeal, ...] = ()
    known: tuple[tuple[int, int], ...] = ()
    wrong: tuple[Wrong, ...] = ()
    unknown: tuple[str, ...] = ()
    title: str | None = None
    estimated: bool = False


def apply_sheet(
    store: Store, desk: Desk, sheet: Path, *, by: str, at: datetime, all_day: bool, now: datetime, dry: bool = False
) -> Applied:  # fmt: skip
    """导入申请表 Every row right, or nothing is entered. A row that says what was entered before is told and not entered again.

    `at`: when those applied whose row does not say. `dry`: nothing is entered. Raises Fault (exit 3) when the sheet
    cannot be read.
    """
    claims = read_claims(sheet, at, all_day)
    counter = _Counter(store, desk, now)
    wrong = list(claims.wrong)
    known: list[tuple[int, int]] = []
    fresh: list[tuple[Appealed, Path | None]] = []
    for row, claim in claims.rows:
        try:
            said = counter.appealed(claim)
            if (number := counter.number_of(said, claim)) is None:
                fresh.append((said, claim.paper))
            else:
                known.append((row, number))
        except Fault as fault:
            wrong.append(Wrong(row, claims.heads.get(_field(fault)), fault))
    if wrong:
        told = tuple(sorted(wrong, key=lambda one: one[0]))
        return Applied(wrong=told, unknown=claims.unknown, title=claims.title)
    taken = _as_entered(desk, fresh, by, now) if dry else _entered(store, desk, fresh, by, now)
    return Applied(taken, tuple(known), (), claims.unknown, claims.title, counter.estimated)


def apply_one(store: Store, desk: Desk, claim: Claim, *, by: str, now: datetime, dry: bool = False) -> Applied:  # fmt: skip
    """提出一项申请 Raises Fault (exit 3) when it cannot be."""
    counter = _Counter(store, desk, now)
    said = counter.appealed(
        claim._replace(
            unit=words_of("unit", claim.unit),
            reason=words_of("reason", claim.reason),
            demand=words_of("demand", claim.demand, needed=False),
            applicant=words_of("applicant", claim.applicant, needed=False),
        )
    )
    if (number := counter.number_of(said, claim)) is not None:
        raise Fault("fault.appeal_again", unit=said.unit, what=_what(said), number=number)
    fresh = [(said, claim.paper)]
    taken = _as_entered(desk, fresh, by, now) if dry else _entered(store, desk, fresh, by, now)
    return Applied(taken, estimated=counter.estimated)


def disputed(store: Store, appeal: Appeal) -> None:
    """列为异议 The finding is shown as disputed until somebody rules. Not when it is none any more, or is disputed already."""
    said, found = appeal.said, finding_of(store, appeal)
    if found is None or found.verdict.outcome is not Outcome.FAIL:
        return
    try:
        dispute(
            store, found.fingerprint, by=_signed(said), reason=said.reason, at=said.applied_at, about=found
        )
    except Fault as fault:
        if fault.message_id not in _UNDISPUTED:
            raise


def finding_of(store: Store, appeal: Appeal) -> Finding | None:
    """所议问题 As the run saw it whose score was put up; None: it is about something else, or the run is kept no longer."""
    if appeal.said.run_id is None:
        return None
    found = store.findings(run_id=appeal.said.run_id)
    return next((one for one in found if one.fingerprint == appeal.said.fingerprint), None)


def words_of(option: str, text: str, *, needed: bool = True) -> str:
    """所写文字 On one line. Raises Fault (exit 3) naming the option when it is empty or too long."""
    told = plain(text)
    if needed and not told:
        raise Fault("fault.case_text_empty", option=f"--{option}")
    if len(told) > LONGEST_REASON:
        raise Fault("fault.case_text_long", option=f"--{option}", most=LONGEST_REASON, given=len(told))
    return told


class _Counter:
    """The counter at which applications come in, one after the other."""

    def __init__(self, store: Store, desk: Desk, now: datetime) -> None:
        self._store, self._desk, self._now = store, desk, now
        self._there = {_about(one.said): (one.number, one.said) for one in appeals(desk)}
        self._count = len(self._there)
        self._found: dict[tuple[int, str], dict[str, Finding]] = {}
        self.estimated = False

    def appealed(self, claim: Claim) -> Appealed:
        """Raises Fault when there is nothing the unit could apply for."""
        if claim.applied_at > self._now:
            raise Fault("fault.appeal_future", text=f"{claim.applied_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}")
        unit = unit_named(self._desk, claim.unit)
        when = term(self._desk, claim.applied_at.astimezone(SHANGHAI).date())
        self.estimated |= not when.sure
        told = {
            "number": self._count + 1, "unit": unit, "reason": claim.reason, "demand": claim.demand, "applicant": claim.applicant or unit,
            "applied_at": claim.applied_at, "all_day": claim.all_day, "version": when.result.version,
            "shown_on": when.shown_on, "last_day": when.last_day, "late": when.late(claim.applied_at),
        }  # fmt: skip
        if claim.finding is not None:
            found = self._finding(when, unit, claim.finding)
            return Appealed(
                **told, fingerprint=found.fingerprint, finding=found.id, run_id=found.run_id,
                item=found.verdict.rule_id, title=found.title,
            )  # fmt: skip
        item, title = self._item(when, unit, claim.item or "")
        return Appealed(**told, item=item, title=title)

    def number_of(self, said: Appealed, claim: Claim) -> int | None:
        """Under which the very same was entered, None when nothing about it was. Raises Fault when that said another thing."""
        there = self._there.get(_about(said))
        if there is None:
            self._count += 1
            self._there[_about(said)] = (said.number, said)
            return None
        number, before = there
        papers = {one.name for one in (before.paper, claim.paper) if one is not None}
        told = (
            said.reason,
            said.demand,
            said.applicant,
            said.applied_at if claim.timed else before.applied_at,
        )
        if told != (before.reason, before.demand, before.applicant, before.applied_at) or len(papers) > 1:
            raise Fault("fault.appeal_again", unit=said.unit, what=_what(said), number=number)
        return number

    def _finding(self, when: Term, unit: str, text: str) -> Finding:
        wanted = text.strip().removeprefix("F-").removeprefix("f-").lower()
        found = self._findings(when, unit)
        matching = [one for mark, one in found.items() if len(wanted) >= 6 and mark.startswith(wanted)]
        if len(matching) == 1:
            return matching[0]
        for other in when.result.scores:
            if other.unit != unit and any(
                mark.startswith(wanted) for mark in self._findings(when, other.unit) if len(wanted) >= 6
            ):
                raise Fault("fault.appeal_finding_of_other", finding=text, unit=unit, other=other.unit)
        raise Fault("fault.appeal_finding_unknown", finding=text, unit=unit, version=when.result.version)

    def _findings(self, when: Term, unit: str) -> dict[str, Finding]:
        """By fingerprint: what the score of the unit rests on."""
        key = (when.result.version, unit)
        if key not in self._found:
            self._found[key] = {one.fingerprint: one for one in self._own_findings(when, unit)}
        return self._found[key]

    def _own_findings(self, when: Term, unit: str) -> Iterator[Finding]:
        """Of its runs, what lies in its own columns where the site is not all its own."""
        score, assessed = when.result.of(unit), self._desk.assessment.unit(unit)
        held = {one.name: one for one in (assessed.objects if assessed else ())}
        for got in score.objects if score else ():
            if got.run_id is None or got.name not in held:
                continue
            site = self._store.run(got.run_id).site
            for one in self._store.findings(run_id=got.run_id):
                if own([one.verdict], held[got.name], site)[0] == one.verdict:
                    yield one

    def _item(self, when: Term, unit: str, text: str) -> tuple[str, str]:
        bare = "".join(text.split()).casefold()
        if bare in _TOTAL:
            return TOTAL, ""
        for pack in self._packs(when, unit):
            for item, title in _items(pack):
                if bare in (item.casefold(), "".join(title.split()).casefold()):
                    return item, title
        raise Fault("fault.appeal_item_unknown", item=text, unit=unit)

    def _packs(self, when: Term, unit: str) -> Iterator[RulePack]:
        score = when.result.of(unit)
        digests = dict.fromkeys(
            one.pack_digest for one in (score.objects if score else ()) if one.pack_digest
        )
        yield from (self._store.pack(one) for one in digests)
        assessed = self._desk.assessment.unit(unit)
        if not digests and assessed is not None:
            checks = load_checks()
            yield load_pack(assessed.pack, params_of(checks), subjects_of(checks))


def _items(pack: RulePack) -> Iterator[tuple[str, str]]:
    """All that points are given for: rules, what people judge, indicators, what others rate."""
    yield from ((one.id, one.title) for one in pack.rules)
    yield from ((one.id, one.title) for one in pack.manual)
    yield from ((one.id, one.title) for one in pack.sections)
    if pack.scoring.blend is not None:
        yield from ((one.id, one.title) for one in pack.scoring.blend.others)


def _entered(
    store: Store, desk: Desk, fresh: Sequence[tuple[Appealed, Path | None]], by: str, now: datetime
) -> tuple[Appeal, ...]:
    if not fresh:
        return ()
    by = words_of("by", by)
    drafts = []
    for said, paper in fresh:
        if paper is not None:
            said = said.model_copy(update={"paper": store.keep_paper(paper.name, _content(paper), now)})
        drafts.append(
            Draft(kind=EntryKind.APPEALED, at=said.applied_at, by=by, subject=said.unit, body=body_of(said))
        )
    numbers = {one.number for one in enter(store, desk, drafts, now)}
    taken = [one for one in appeals(open_desk(store, desk.assessment.id)) if one.entry in numbers]
    for one in taken:
        if one.state.awaits:
            disputed(store, one)
    return tuple(taken)


def _as_entered(
    desk: Desk, fresh: Sequence[tuple[Appealed, Path | None]], by: str, now: datetime
) -> tuple[Appeal, ...]:
    """What would be entered."""
    return tuple(
        Appeal(entry=desk.last + place, by=by, entered_at=now, said=said)
        for place, (said, _) in enumerate(fresh, start=1)
    )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise Fault("fault.appeal_paper_none", name=path.name) from None


def _about(said: Appealed) -> tuple[str, str | None]:
    return said.unit, said.fingerprint or said.item


def _what(said: Appealed) -> str:
    return said.finding or said.title or str(said.item)


def _signed(said: Appealed) -> str:
    return said.unit if said.applicant == said.unit else f"{said.unit} {said.applicant}"


def _field(fault: Fault) -> str:
    """The column that a fault is about."""
    about = {"finding": "finding", "item": "item", "text": "applied", "on": "applied"}
    if fault.message_id == "fault.appeal_again":
        return ""
    return next((field for name, field in about.items() if name in fault.params), "unit")
