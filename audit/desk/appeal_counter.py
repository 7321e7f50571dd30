"""受理 What an application may be about: a finding or an item of the unit in the result that was up for 公示, and once."""

from collections.abc import Iterator
from datetime import datetime

from audit.desk.appeal_sheet import Claim
from audit.desk.appeals import Term, appeals, term
from audit.desk.desk import Desk, unit_named
from audit.desk.sampled import own
from checks import load_checks, params_of, subjects_of
from model import SHANGHAI, TOTAL, Appealed, Fault, Finding, RulePack
from rules import load_pack
from storage import Store

_TOTAL = frozenset({"总分", "总得分", "得分", TOTAL})


class Counter:
    """受理 The counter at which applications come in, one after the other."""

    def __init__(self, store: Store, desk: Desk, now: datetime) -> None:
        self._store, self._desk, self._now = store, desk, now
        self._there = {_about(one.said): (one.number, one.said) for one in appeals(desk)}
        self._count = len(self._there)
        self._found: dict[tuple[int, str], dict[str, Finding]] = {}
        self.estimated = False

    def appealed(self, claim: Claim) -> Appealed:
        """申请内容 Raises Fault (exit 3) when there is nothing the unit could apply for."""
        if claim.applied_at > self._now:
            raise Fault("fault.appeal_future", text=f"{claim.applied_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}")
        unit = unit_named(self._desk, claim.unit)
        when = term(self._desk, claim.applied_at.astimezone(SHANGHAI).date())
        self.estimated |= not when.sure
        told = {
            "number": self._count + 1, "unit": unit, "reason": claim.reason, "demand": claim.demand, "applicant": claim.applicant or unit,
            "applied_at": claim.applied_at, "all_day": claim.all_day, "version": when.result.version,
            "shown_on": when.shown_on, "last_day": when.last_day, "workdays": when.workdays, "late": when.late(claim.applied_at),
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
        """已有号数 Under which the very same was entered, None when nothing about it was. Raises Fault when that said another thing."""
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
            raise Fault("fault.appeal_again", unit=said.unit, what=what_of(said), number=number)
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
        for item, title in self._items(when, unit):
            if bare in ("".join(item.split()).casefold(), "".join(title.split()).casefold()):
                return item, title
        raise Fault("fault.appeal_item_unknown", item=text, unit=unit)

    def _items(self, when: Term, unit: str) -> Iterator[tuple[str, str]]:
        """Of its packs, and what is rated under its own name because nothing of it can be crawled."""
        for pack in self._packs(when, unit):
            yield from _items(pack)
        assessed = self._desk.assessment.unit(unit)
        yield from ((one.name, "") for one in (assessed.objects if assessed else ()) if not one.site_key)

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
    """All that points or the grade depend on: rules, what people judge, indicators, vetoes by count, what others rate."""
    yield from ((one.id, one.title) for one in pack.rules)
    yield from ((one.id, one.title) for one in pack.manual)
    yield from ((one.id, one.title) for one in pack.sections)
    yield from ((one.id, one.title) for one in pack.tallies)
    if pack.scoring.blend is not None:
        yield from ((one.id, one.title) for one in pack.scoring.blend.others)


def _about(said: Appealed) -> tuple[str, str | None]:
    return said.unit, said.fingerprint or said.item


def what_of(said: Appealed) -> str:
    """所涉事项 The finding, or the title of the item."""
    return said.finding or said.title or str(said.item)
