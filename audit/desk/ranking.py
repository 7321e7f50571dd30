"""排名 From a frozen result to its ranking: beside what was put up for 公示, and beside an earlier assessment."""

from collections.abc import Callable

from audit.desk.desk import Desk
from audit.desk.freezing import results
from model import EntryKind, Fault, Publication, Published, Result, ResultKind, UnitScore
from report.ranking import RankedGroup, RankedUnit, Ranking


def frozen(desk: Desk, version: int | None = None) -> Result:
    """定稿 That version, else the newest. Raises Fault (exit 3) when nothing was frozen, or no such version."""
    found = [one for _, one in results(desk)]
    if not found:
        raise Fault("fault.result_not_frozen", id=desk.assessment.id)
    if version is None:
        return found[-1]
    if (named := next((one for one in found if one.version == version), None)) is None:
        known = "、".join(str(one.version) for one in found)
        raise Fault("fault.result_version", id=desk.assessment.id, version=version, known=known)
    return named


def publications(desk: Desk, what: Published = Published.RESULTS) -> list[Publication]:
    """发布记录 In the order they were entered. The term for objections runs by the newest of a draft."""
    return [one for _, one in desk.told(EntryKind.PUBLISHED, Publication) if one.what is what]


def put_up(desk: Desk, result: Result) -> Result | None:
    """公示稿 The draft before a final result that was put up for 公示, else the last draft before it."""
    if result.kind is not ResultKind.FINAL:
        return None
    drafts = [
        one for _, one in results(desk) if one.kind is ResultKind.DRAFT and one.version < result.version
    ]
    shown = {one.version for one in publications(desk)}
    return next(iter([one for one in drafts if one.version in shown][-1:] or drafts[-1:]), None)


def ranking(desk: Desk, result: Result, before: Desk | None = None) -> Ranking:
    """排名 Units by group in the order of the assessment. `before`: another assessment, by its newest frozen result.

    Raises Fault (exit 3) when that one has none.
    """
    first, last = put_up(desk, result), frozen(before) if before else None
    named = dict.fromkeys([one.group for one in desk.assessment.units] + [one.group for one in result.scores])
    rows = [_row(one, first.of if first else _nobody, last.of if last else None) for one in result.scores]
    return Ranking(
        assessment=desk.assessment.id,
        title=desk.assessment.title,
        version=result.version,
        kind=result.kind,
        as_of=result.as_of,
        digest=result.digest,
        groups=tuple(
            RankedGroup(name=name, rows=tuple(sorted(found, key=_place)))
            for name in named
            if (found := [row for row in rows if row.now.group == name])
        ),
        first_version=first.version if first else None,
        against=before.assessment.title if before else None,
    )


def without_suspicions(ranking: Ranking) -> Ranking:
    """不含疑似 As it may be published: a veto that nobody has confirmed is nobody's yet."""
    return ranking.model_copy(
        update={
            "groups": tuple(
                group.model_copy(
                    update={"rows": tuple(row.model_copy(update={"suspected": ()}) for row in group.rows)}
                )
                for group in ranking.groups
            )
        }
    )


def _nobody(_: str) -> UnitScore | None:
    return None


def _row(
    now: UnitScore, first: Callable[[str], UnitScore | None], last: Callable[[str], UnitScore | None] | None
) -> RankedUnit:
    titles = {veto.id: veto.title for one in now.objects if one.score for veto in one.score.vetoes}
    before = last(now.unit) if last else None
    return RankedUnit(
        now=now,
        vetoes=tuple(titles.get(one, one) for one in now.vetoes),
        suspected=tuple(titles.get(one, one) for one in now.suspected),
        first=first(now.unit),
        last=before,
        apart=_apart(now, before) if last else None,
    )


def _apart(now: UnitScore, before: UnitScore | None) -> str | None:
    """Figures of two assessments compare only when the same things were measured by the same pack, to the letter."""
    if before is None:
        return "ranking.apart.new"
    if before.score is None or now.score is None:
        return "ranking.apart.unscored"
    return None if _measured(now) == _measured(before) else "ranking.apart.pack"


def _measured(unit: UnitScore) -> set[tuple[str, object, str | None]]:
    return {(one.name, one.weight, one.pack_digest) for one in unit.objects}


def _place(row: RankedUnit) -> tuple[bool, int, str]:
    return row.now.rank is None, row.now.rank or 0, row.now.unit
