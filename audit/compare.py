"""比较 One stored crawl, read once and judged under several packs: which demands differ, and what that costs."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from audit.collector import collected_seldom
from audit.conclude import Result, conclude, moment_of
from audit.judge import WHOLE_SITE
from audit.replay import restored
from model import (
    CheckModule,
    ComparedPack,
    Comparison,
    Demand,
    Difference,
    Fault,
    Moment,
    Observation,
    Outcome,
    Place,
    Rule,
    RulePack,
    Side,
    Subject,
    Verdict,
)
from storage import Store

# Parameters that say which fault a rule looks for: rules that differ in these demand different things.
_MATTERS = ("fault", "between", "mark", "need", "tag", "kind", "every")
_TOLD = frozenset({Outcome.FAIL, Outcome.UNSURE})
_IDLE = (
    ".site",
    ".function",
    ".not_yet",
    ".no_longer",
)  # verdicts of rules that are not for this site or day

Matter = tuple[str, ...]


@collected_seldom()
def compare(
    store: Store,
    run_id: str,
    packs: Sequence[RulePack],
    checks: Mapping[str, CheckModule],
    as_of: datetime | None = None,
) -> Comparison:
    """比较指标体系 A stored crawl under every one of `packs`, without a network. Writes nothing.

    Two packs of one id are told apart by version or digest. Raises Fault fault.compare_needs_two, or
    fault.compare_same where all are the very same (exit 3).
    """
    given, packs = len(packs), tuple({(pack.id, pack.digest): pack for pack in packs}.values())
    if len(packs) < 2:
        if given > 1:
            raise Fault("fault.compare_same", pack=packs[0].id, version=packs[0].version)
        raise Fault("fault.compare_needs_two")
    run = store.run(run_id)
    moment = moment_of(as_of or run.as_of)
    observation = restored(store, run, moment)
    again = run.model_copy(update={"as_of": moment.as_of, "replays": run.id})
    recorded = store.findings(run_id=run.id)
    judged = [
        _Judged(
            pack,
            label,
            conclude(again, observation, pack, checks, {}, recorded=recorded),
            observation,
            checks,
        )
        for pack, label in zip(packs, _labels(packs), strict=True)
    ]
    differences, agreed = _differences(judged)
    return Comparison(
        run_id=run.id,
        site=observation.site,
        as_of=moment.as_of,
        packs=tuple(one.card(moment) for one in judged),
        differences=differences,
        agreed=agreed,
        home_seen=observation.home is not None and observation.home.outcome.observed,
    )


def _labels(packs: Sequence[RulePack]) -> list[str]:
    """What each pack is called: by its id, where that is not enough with its version, then with its digest."""
    ids = Counter(pack.id for pack in packs)
    versions = Counter((pack.id, pack.version) for pack in packs)
    return [
        pack.id if ids[pack.id] == 1
        else f"{pack.id} {pack.version}" if versions[pack.id, pack.version] == 1
        else f"{pack.id} {pack.version} {pack.digest[:8]}"
        for pack in packs
    ]  # fmt: skip


class _Spot(NamedTuple):
    """One matter at one place: what is compared."""

    matter: Matter
    locus: str


class _Judged:
    """A pack, its verdicts by matter and place, and what each finding costs."""

    def __init__(
        self,
        pack: RulePack,
        label: str,
        result: Result,
        observation: Observation,
        checks: Mapping[str, CheckModule],
    ) -> None:
        self.pack, self.label, self.result, self.checks = pack, label, result, checks
        self.complete = observation.coverage.complete
        self.site = observation.site
        self.rules = {rule.id: rule for rule in pack.rules if not rule.preview}
        self.by_matter: dict[Matter, list[Rule]] = defaultdict(list)
        for rule in self.rules.values():
            self.by_matter[_matter(rule)].append(rule)
        self.at: dict[str, dict[str, Verdict]] = defaultdict(dict)  # rule, then locus
        for verdict in result.verdicts:
            if verdict.rule_id in self.rules:
                self.at[verdict.rule_id].setdefault(verdict.locus, verdict)
        self.words: dict[str, frozenset[str]] = {}
        self.points = {(one.verdict.rule_id, one.verdict.locus): one.points for one in result.findings}
        self.idle = {name for name, found in self.at.items() if _is_idle(found.get(WHOLE_SITE))}

    def card(self, moment: Moment) -> ComparedPack:
        pack, run = self.pack, self.result.run
        return ComparedPack(
            id=pack.id, label=self.label, title=pack.title, title_en=pack.title_en, document=pack.document, version=pack.version,
            digest=pack.digest, level=pack.level, rules=len(pack.rules), idle=len(self.idle),
            scored=sum(rule.scored for rule in pack.rules),
            notes=tuple(self._notes(moment)), score=run.score, counts=run.counts,
        )  # fmt: skip

    def _notes(self, moment: Moment) -> Iterator[str]:
        """Why a pack as a whole may not be meant for this site on this day."""
        if moment.today < self.pack.effective_from:
            yield "not_yet"
        if self.pack.effective_to and moment.today > self.pack.effective_to:
            yield "no_longer"
        if self.rules and len(self.idle) == len(self.rules):
            yield "nothing_applies"

    def spots(self) -> Iterator[tuple[_Spot, Place]]:
        """Every place of which this pack tells a person something."""
        for name, found in self.at.items():
            matter = _matter(self.rules[name])
            for locus, verdict in found.items():
                if verdict.outcome in _TOLD:
                    yield _Spot(matter, locus), Place(locus=locus, name=verdict.subject_name, url=verdict.url)

    def says(self, spot: _Spot) -> list[tuple[Rule, Outcome, Decimal | None]]:
        """What each rule about the matter says of the place."""
        found = []
        for rule in self.by_matter.get(spot.matter, ()):
            outcome = self._outcome(rule, spot.locus)
            if outcome is not None:
                found.append((rule, outcome, self.points.get((rule.id, spot.locus))))
        return found

    def _outcome(self, rule: Rule, locus: str) -> Outcome | None:
        """None when the rule has nothing to do with the place."""
        verdicts = self.at[rule.id]
        if locus in verdicts:
            return None if rule.id in self.idle else verdicts[locus].outcome
        check = self.checks[rule.check]
        if check.SUBJECT is not Subject.OBSERVATION or rule.id in self.idle:
            return None
        # A check of the whole site is silent about what it finds right.
        if not getattr(check, "ITEMWISE", False) and locus not in self._named(rule):
            return None
        if WHOLE_SITE in verdicts:
            return verdicts[WHOLE_SITE].outcome
        return Outcome.PASS if self.complete else Outcome.NOT_OBSERVED

    def _named(self, rule: Rule) -> frozenset[str]:
        """Every word of a rule's parameters: a check that names its things names them by these."""
        if rule.id not in self.words:
            self.words[rule.id] = frozenset(_words(rule.params))
        return self.words[rule.id]

    def absent(self, spot: _Spot) -> str:
        """Why no rule of this pack speaks of the place."""
        about = self.by_matter.get(spot.matter, ())
        if not about:
            return "no_rule"
        return "idle" if all(rule.id in self.idle for rule in about) else "elsewhere"


def _is_idle(verdict: Verdict | None) -> bool:
    if verdict is None or not verdict.message_id.startswith("verdict."):
        return False  # a check of a stranger may call a message of its own as it likes
    return verdict.message_id.endswith(_IDLE)


def _matter(rule: Rule) -> Matter:
    """What a rule is about, whatever its figures: the check, and which of its faults."""
    named = (f"{name}={rule.params[name]}" for name in _MATTERS if isinstance(rule.params.get(name), str))
    return (rule.check, *named)


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _words(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _words(one)


def _differences(judged: Sequence[_Judged]) -> tuple[tuple[Difference, ...], int]:
    """Differences with one reason together, gravest and most frequent first within a check; and how many places agree."""
    places: dict[_Spot, Place] = {}
    for one in judged:
        for spot, place in one.spots():
            places.setdefault(spot, place)
    alike: dict[tuple[Matter, str], tuple[tuple[Side, ...], list[Place]]] = {}
    agreed = 0
    for spot in sorted(places):
        sides = _sides(judged, spot)
        if _agree(sides):
            agreed += 1
            continue
        key = json.dumps([side.model_dump(mode="json") for side in sides])
        alike.setdefault((spot.matter, key), (sides, []))[1].append(places[spot])
    found = [
        Difference(check=matter[0], sides=sides, places=tuple(where))
        for (matter, _), (sides, where) in alike.items()
    ]
    found.sort(key=lambda one: (one.check, _gravest(one.sides), -len(one.places), one.places[0].locus))
    return tuple(found), agreed


def _sides(judged: Sequence[_Judged], spot: _Spot) -> tuple[Side, ...]:
    said = [(one, one.says(spot)) for one in judged]
    differing = _differing(rule.params for _, found in said for rule, _, _ in found)
    sides = []
    for one, found in said:
        demands = tuple(
            Demand(
                rule=rule.id, title=rule.title, title_en=rule.title_en, outcome=outcome, severity=rule.severity, points=points,
                params={name: _written(rule.params[name]) for name in differing if name in rule.params},
            )
            for rule, outcome, points in found
        )  # fmt: skip
        sides.append(Side(pack=one.label, demands=demands, absent=None if demands else one.absent(spot)))
    return tuple(sides)


def _differing(all_params: Iterable[dict[str, Any]]) -> list[str]:
    """The parameters in which not all rules are the same."""
    written = [{name: _written(value) for name, value in params.items()} for params in all_params]
    names = {name for params in written for name in params}
    return sorted(name for name in names if len({params.get(name) for params in written}) > 1)


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _agree(sides: Sequence[Side]) -> bool:
    """Whether all packs demand the same and come to the same, whatever they call the rule.

    A pack may demand two things of one place: then the figures differ within it and not between the packs.
    """
    said = {
        tuple(
            sorted(
                (str(one.outcome), str(one.severity), str(one.points), tuple(sorted(one.params.items())))
                for one in side.demands
            )
        )
        for side in sides
    }
    return len(said) == 1 and all(side.demands for side in sides)


def _gravest(sides: Sequence[Side]) -> int:
    order = {Outcome.FAIL: 0, Outcome.UNSURE: 1}
    return min((order.get(one.outcome, 2) for side in sides for one in side.demands), default=3)
