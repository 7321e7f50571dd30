"""要求覆盖 Which entry of which pack answers each duty, and what is wrong between the two."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from model import (
    Answer,
    AnsweredRequirement,
    AnswerKind,
    Automation,
    CoverageFault,
    Feature,
    ManualEntry,
    Params,
    Requirement,
    RequirementCoverage,
    Rule,
    RulePack,
)
from rules.fitting import is_verb

Entry = Rule | ManualEntry | Feature
DESK = frozenset({"WFL", "SMP", "SCR"})  # 工作流程、抽样、计分: done by commands, not by rules about pages
PROVEN = frozenset({"WFL", "SMP"})  # of them, those whose command must name a test
STRENGTH = tuple(AnswerKind)


def cover(
    packs: Iterable[RulePack],
    rows: Iterable[Requirement],
    checks: Mapping[str, type[Params]],
    cases: Mapping[str, str] | None,
    commands: Mapping[str, frozenset[str]],
    proofs: Mapping[str, str],
    tests: Collection[str] | None,
) -> RequirementCoverage:
    """覆盖情况 Every duty with all that answers it.

    `cases`: the side each named case stands on, None when there are none to look at. `commands`: every verb
    (`duwang rules list`) with its options. `proofs`: by feature the test that shows it at
    work; `tests`: all there are, None when there are none to look at. An entry that an overlay inherits is told of the pack it comes from.
    """
    weighed = _Weighed({row.id: row for row in rows}, checks, cases, commands, proofs, tests)
    for pack in _bases_first(packs):
        weighed.weigh(pack)
    return weighed.result()


def _bases_first(packs: Iterable[RulePack]) -> list[RulePack]:
    found = {pack.id: pack for pack in packs}

    def depth(pack: RulePack) -> int:
        base = found.get(pack.extends or "")
        return 0 if base is None else 1 + depth(base)

    return sorted(found.values(), key=depth)


class _Weighed:
    """Duties on one side, entries of packs on the other."""

    def __init__(
        self,
        rows: Mapping[str, Requirement],
        checks: Mapping[str, type[Params]],
        cases: Mapping[str, str] | None,
        commands: Mapping[str, frozenset[str]],
        proofs: Mapping[str, str],
        tests: Collection[str] | None,
    ) -> None:
        self.rows, self.checks, self.cases, self.commands = rows, checks, cases, commands
        self.proofs, self.tests = proofs, tests
        self.answers: dict[str, dict[str, Answer]] = defaultdict(dict)  # by duty, then by entry
        self.known: dict[str, Entry] = {}
        self.faults: list[CoverageFault] = []

    def weigh(self, pack: RulePack) -> None:
        entries: tuple[Entry, ...] = (*pack.rules, *pack.manual, *pack.features)
        for entry in entries:
            if entry.answers and self.known.get(entry.id) != entry:
                self.known[entry.id] = entry
                self.faults.extend(self._entry_faults(pack, entry))
                for row in entry.answers:
                    self._answer(pack, entry, row)

    def _answer(self, pack: RulePack, entry: Entry, row_id: str) -> None:
        row = self.rows.get(row_id)
        if row is None:
            self._blame(pack, entry, "unknown_row", row=row_id)
            return
        if row.document not in pack.implements:
            self._blame(pack, entry, "foreign_document", row=row_id, document=row.document)
        answer = self._told(pack, entry)
        self.answers[row_id].setdefault(entry.id, answer)
        if isinstance(entry, Feature) and row.check_type in PROVEN and entry.id not in self.proofs:
            self._blame(pack, entry, "no_test", row=row_id)
        if not isinstance(entry, Rule):
            return
        if row.automation is not Automation.ALONE:
            if "ask" in self._fields(entry) and not _asks(entry):
                self._blame(pack, entry, "not_asking", row=row_id)
            elif entry.scored and not _asks(entry):
                self._blame(pack, entry, "costs_points", row=row_id)
        elif not _asks(entry) and self.cases is not None:
            for side in ("failing", "passing"):
                if getattr(answer, side) is None:
                    self._blame(pack, entry, f"no_{side}", row=row_id)

    def _told(self, pack: RulePack, entry: Entry) -> Answer:
        named = {"pack": pack.id, "entry": entry.id, "title": entry.title, "title_en": entry.title_en}
        if isinstance(entry, ManualEntry):
            return Answer(kind=AnswerKind.MANUAL, **named)
        if isinstance(entry, Feature):
            return Answer(
                kind=AnswerKind.FEATURE, command=entry.command, test=self.proofs.get(entry.id), **named
            )
        asks = _asks(entry)
        return Answer(
            kind=AnswerKind.EVIDENCE if asks else AnswerKind.RULE,
            check=entry.check,
            failing=self._example(entry, "unsure" if asks else "fail"),
            passing=self._example(entry, "pass"),
            **named,
        )

    def _example(self, rule: Rule, side: str) -> str | None:
        return next((name for name in rule.examples if (self.cases or {}).get(name) == side), None)

    def _entry_faults(self, pack: RulePack, entry: Entry) -> Iterator[CoverageFault]:
        if isinstance(entry, Feature) and not is_verb(entry.command, self.commands):
            yield _fault(pack, entry, "unknown_command", command=entry.command)
        shown = self.proofs.get(entry.id)
        if shown is not None and self.tests is not None and shown not in self.tests:
            yield _fault(pack, entry, "unknown_test", test=shown)
        if isinstance(entry, Rule):
            if entry.check not in self.checks:
                yield _fault(pack, entry, "unknown_check", check=entry.check)
                return
            for example in entry.examples if self.cases is not None else ():
                if not example.startswith(f"{entry.check}/") or example not in (self.cases or {}):
                    yield _fault(pack, entry, "unknown_example", example=example)

    def _fields(self, rule: Rule) -> Iterable[str]:
        return self.checks[rule.check].model_fields if rule.check in self.checks else ()

    def _blame(self, pack: RulePack, entry: Entry, name: str, **params: str) -> None:
        self.faults.append(_fault(pack, entry, name, **params))

    def result(self) -> RequirementCoverage:
        found, faults = [], []
        for row in self.rows.values():
            answers = tuple(self.answers.get(row.id, {}).values())
            kind = min((one.kind for one in answers), key=STRENGTH.index, default=AnswerKind.UNANSWERED)
            found.append(AnsweredRequirement(requirement=row, kind=kind, answers=answers))
            if kind is AnswerKind.UNANSWERED:
                faults.append(_row_fault(row, "unanswered"))
            elif (
                row.automation is Automation.ALONE
                and row.check_type not in DESK
                and kind is not AnswerKind.RULE
            ):
                faults.append(_row_fault(row, "answered_weakly"))
        return RequirementCoverage(
            rows=tuple(found), faults=(*self.faults, *faults), examples_seen=self.cases is not None
        )


def _asks(rule: Rule) -> bool:
    return rule.params.get("ask") is True


def _fault(pack: RulePack, entry: Entry, name: str, **params: str) -> CoverageFault:
    return CoverageFault(name=name, params={"pack": pack.id, "entry": entry.id, **params})


def _row_fault(row: Requirement, name: str) -> CoverageFault:
    return CoverageFault(
        name=name, params={"row": row.id, "document": row.document, "clause": row.clause[:60]}
    )
