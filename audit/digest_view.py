"""摘要素材 What a digest tells, gathered from the store: what changed, what stands too long, and what nobody could see."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from audit.arrange import arranged, groups_of
from model import (
    CaseState,
    Change,
    Digest,
    DigestItem,
    DigestPart,
    Errand,
    ErrandState,
    Fault,
    Finding,
    Moment,
    Outcome,
    RosterEntry,
    Run,
    ScoreFigures,
    Severity,
    Site,
    SiteLine,
    Unseen,
)
from storage import Happening, Span, Standing, Store

SOON_DAYS = 3  # working days before a due day in which it is told of
ITEMS, LINES, UNSEEN = 20, 30, 30  # the most of each that a digest names; the rest is counted
UNVERIFIED = (Outcome.UNSURE, Outcome.BLOCKED, Outcome.NOT_OBSERVED, Outcome.CRASHED)
_GRAVITY = {severity: place for place, severity in enumerate(Severity)}
_TAKEN_BACK = (CaseState.WAIVED, CaseState.WITHDRAWN)


class Asked(NamedTuple):
    """所问 Which sites a digest is about: of a group, of an organiser, or those whose digests go to a channel; else all."""

    group: str | None = None
    organiser: str | None = None
    channel: str | None = None


class Sources:
    """素材来源 What the digests of one night have in common, read once however many there are."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._errands: dict[str, list[Errand]] = {}

    @cached_property
    def entries(self) -> list[RosterEntry]:
        return self.store.roster()

    @cached_property
    def subscribers(self) -> dict[str, frozenset[str]]:
        """订阅渠道 Every channel that sites or groups of the roster name, with the keys of those sites."""
        groups = {group.name: group for group in self.store.groups()}
        found: dict[str, set[str]] = {}
        for entry in self.entries:
            for name in arranged(entry, groups).channels:
                found.setdefault(name, set()).add(entry.site.key)
        return {name: frozenset(keys) for name, keys in found.items()}

    def keys(self, asked: Asked) -> frozenset[str] | None:
        """网站键 None: all, those on no roster too. Raises Fault when nothing on the roster is meant."""
        if asked == Asked():
            return None
        found = frozenset(
            entry.site.key
            for entry in self.entries
            if (asked.group is None or asked.group in groups_of(entry))
            and (asked.organiser is None or entry.site.organiser == asked.organiser)
        )
        if asked.channel is not None:
            found &= self.subscribers.get(asked.channel, frozenset())
        if not found:
            said = {name: value or "–" for name, value in asked._asdict().items()}
            raise Fault("fault.digest_nobody", exit_code=3, **said)
        return found

    def errands(self, night_id: str) -> list[Errand]:
        if night_id not in self._errands:
            self._errands[night_id] = self.store.errands(night_id)
        return self._errands[night_id]


def digest_of(sources: Sources, span: Span, moment: Moment, asked: Asked = Asked()) -> Digest:  # noqa: B008 - immutable
    """摘要 All that is told of the span's night, or of the time since `span.since`, judged at `moment`.

    A site that was to be looked at and was not, or whose home page would not open, stands among the unseen. Raises
    Fault when there is no such night or nobody is meant.
    """
    store, entries, keys = sources.store, sources.entries, sources.keys(asked)
    span = span._replace(site_keys=keys)
    audits = store.audits_within(span)
    sites = {entry.site.key: entry.site for entry in entries} | {
        key: run.site for key, (run, _) in audits.items()
    }
    if span.night is not None:
        errands = [one for one in sources.errands(span.night) if keys is None or one.site_key in keys]
        wanted, missed = {one.site_key for one in errands}, _left_undone(errands, audits)
    else:
        today = moment.today
        wanted = {
            one.site.key
            for one in entries
            if (keys is None or one.site.key in keys) and not one.retired(today)
        } | audits.keys()
        missed = {key: ("digest.unseen.not_audited", {}) for key in wanted - audits.keys()}
    missed |= {key: ("digest.unseen.home", {}) for key, (run, _) in audits.items() if run.score is None}
    changes = _changes(store.happenings(span))
    pile = _Pile(store, sites, moment)
    late, soon = _by_due_day(store, moment, keys)
    parts = [pile.part(change, found) for change, found in changes.items()]
    parts += [pile.part(Change.OVERDUE, late), pile.part(Change.DUE_SOON, soon)]
    parts.append(pile.part(Change.DISPUTED, store.disputed(moment.today, keys)))
    lines = _site_lines(changes, audits, sites)
    unseen = [
        Unseen(key=key, name=_name(sites, key), reason=reason, params=dict(params))
        for key, (reason, params) in sorted(missed.items())
    ]
    return Digest(
        night=span.night,
        since=span.since,
        until=span.until,
        group=asked.group,
        organiser=asked.organiser,
        channel=asked.channel,
        asked=len(wanted | missed.keys()),
        done=len(audits.keys() - missed.keys()),
        standing=store.count_standing(moment.today, keys),
        parts=tuple(sorted((part for part in parts if part.count), key=lambda part: list(Change).index(part.change))),
        lines=tuple(lines[:LINES]),
        lines_count=len(lines),
        unseen=tuple(unseen[:UNSEEN]),
        unseen_count=len(unseen),
        unverified={
            outcome: count
            for outcome in UNVERIFIED
            if (count := sum(run.counts.get(outcome, 0) for run, _ in audits.values()))
        },
    )  # fmt: skip


def seen_failing(store: Store, finding: Finding) -> Finding:
    """最近不合格 What a case that stands rests on: a later look that was in doubt says nothing against anybody."""
    if finding.verdict.outcome is Outcome.FAIL:
        return finding
    return store.last_failure(finding.fingerprint) or finding


def _left_undone(
    errands: Iterable[Errand], audits: Mapping[str, tuple[Run, Run | None]]
) -> dict[str, tuple[str, Mapping[str, str | int]]]:
    """Why sites of a night were not audited, in the words of whatever stopped them."""
    found: dict[str, tuple[str, Mapping[str, str | int]]] = {}
    for one in errands:
        if one.state is ErrandState.DONE or one.site_key in audits:
            continue
        if one.state is ErrandState.GIVEN_UP and one.reason:
            found[one.site_key] = (one.reason, one.params)
        else:
            found[one.site_key] = (f"digest.unseen.{one.state.value}", {})
    return found


def _changes(happened: Iterable[Happening]) -> dict[Change, list[Happening]]:
    """The last thing that happened to each case decides; nothing is told that people have taken back since."""
    last: dict[str, tuple[Change, Happening]] = {}
    opened: set[str] = set()
    for one in happened:
        change = Change.of(one.deed, one.before, one.state)
        if change is Change.NEW:
            opened.add(one.fingerprint)
        elif change is Change.REOPENED and one.fingerprint in opened:
            change = Change.NEW  # new, mended and back again, all within the span
        if change:
            last[one.fingerprint] = (change, one)
    found: dict[Change, list[Happening]] = {Change.NEW: [], Change.REOPENED: [], Change.FIXED: []}
    for change, one in last.values():
        if change is Change.FIXED or one.now not in _TAKEN_BACK:
            found[change].append(one)
    return found


def _by_due_day(
    store: Store, moment: Moment, keys: frozenset[str] | None
) -> tuple[list[Standing], list[Standing]]:
    """Those past their due day, and those whose day comes within the next working days."""
    horizon = moment.calendar.add_workdays(moment.today, SOON_DAYS)
    due = store.standing_until(moment.today, horizon, keys)
    return [one for one in due if one.due < moment.today], [one for one in due if one.due >= moment.today]


class _Pile:
    """Turns bare cases into items of a digest: the gravest first, and only those that are shown are read."""

    def __init__(self, store: Store, sites: Mapping[str, Site], moment: Moment) -> None:
        self._store = store
        self._sites = sites
        self._moment = moment
        self._gravity: dict[str, int] = {}

    def part(self, change: Change, found: Sequence[Happening | Standing]) -> DigestPart:
        self._weigh(found)
        first = sorted(found, key=self._place)[:ITEMS]
        newest = self._store.newest_findings([one.fingerprint for one in first])
        items = [
            self._item(one, seen_failing(self._store, newest[one.fingerprint]))
            for one in first
            if one.fingerprint in newest
        ]
        return DigestPart(
            change=change, count=len(found), sites=len({one.site_key for one in found}), items=tuple(items)
        )

    def _weigh(self, found: Sequence[Happening | Standing]) -> None:
        """How grave a rule is, is told by any finding of it."""
        samples = {one.rule_id: one.fingerprint for one in found if one.rule_id not in self._gravity}
        newest = self._store.newest_findings(list(samples.values()))
        for rule_id, fingerprint in samples.items():
            known = newest.get(fingerprint)
            self._gravity[rule_id] = _GRAVITY[known.verdict.severity] if known else len(_GRAVITY)

    def _place(self, one: Happening | Standing) -> tuple[str, int, str, str, str]:
        due = one.due.isoformat() if isinstance(one, Standing) else ""
        return due, self._gravity[one.rule_id], one.site_key, one.rule_id, one.locus

    def _item(self, one: Happening | Standing, finding: Finding) -> DigestItem:
        due = one.due if isinstance(one, Standing) else finding.due
        days = None
        if due is not None:
            today, calendar = self._moment.today, self._moment.calendar
            days = calendar.workdays_between(min(due, today), max(due, today))
        # Evidence stays in the store: a digest says where to look it up.
        verdict = finding.verdict.model_copy(update={"evidence": (), "parents": ()})
        return DigestItem(
            finding=finding.model_copy(update={"verdict": verdict}),
            site_name=_name(self._sites, one.site_key),
            due=due,
            days=days,
        )


def _site_lines(
    changes: Mapping[Change, Sequence[Happening]],
    audits: Mapping[str, tuple[Run, Run | None]],
    sites: Mapping[str, Site],
) -> list[SiteLine]:
    """Sites on which something changed: those with most new and returned faults first, then the greatest losses."""
    counts = {change: Counter(one.site_key for one in found) for change, found in changes.items()}
    lines = []
    for key in sorted({key for counted in counts.values() for key in counted} | audits.keys()):
        run, earlier = audits.get(key, (None, None))
        line = SiteLine(
            key=key,
            name=_name(sites, key),
            organiser=sites[key].organiser if key in sites else None,
            new=counts[Change.NEW][key],
            reopened=counts[Change.REOPENED][key],
            fixed=counts[Change.FIXED][key],
            before=_figures(earlier)
            if run and earlier and run.pack_version == earlier.pack_version
            else None,
            after=_figures(run) if run else None,
            unverified=sum(run.counts.get(outcome, 0) for outcome in UNVERIFIED) if run else 0,
        )
        if line.moved:
            lines.append(line)

    def place(line: SiteLine) -> tuple[int, float, str]:
        gained = float(line.after.low - line.before.low) if line.after and line.before else 0.0
        return -(line.new + line.reopened), gained, line.key

    return sorted(lines, key=place)


def _figures(run: Run) -> ScoreFigures | None:
    if run.score is None or not run.score.priced:
        return None
    return ScoreFigures(low=run.score.low, high=run.score.high)


def _name(sites: Mapping[str, Site], key: str) -> str:
    site = sites.get(key)
    return (site.name or site.host) if site else key
