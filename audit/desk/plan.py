"""拟定考评 From the plan in a file to an assessment: units as the roster has them today, indicators that exist, windows in order."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from audit.desk.sampled import under
from model import AssessedObject, AssessedUnit, Assessment, Fault, RosterEntry, WindowKind
from rules.assessment import FromRoster, Written
from storage import Store

LEAST_IN_HOST = Decimal("0.04")  # 黑龙江2017 四（三）: 所占分值权重不应低于4%
_LONGEST = timedelta(days=5 * 366)  # of an assessed period; longer is a slip of the pen
_AFTERWARDS = timedelta(days=366)  # results of a year are announced within the next
_ORDER = tuple(WindowKind)


class DrawnUp(NamedTuple):
    """所拟考评 `wrong`: line of the file and what is wrong there; then `assessment` is None. `light`: its weight lies below 4 %."""

    assessment: Assessment | None
    wrong: tuple[tuple[int, Fault], ...] = ()

    @property
    def light(self) -> bool:
        weight = self.assessment.weight_in_host if self.assessment else None
        return weight is not None and weight < LEAST_IN_HOST


def draw_up(written: Written, store: Store, pack_id_of: Callable[[str], str], today: date) -> DrawnUp:
    """拟定考评 From a plan, as the roster stands. `pack_id_of`: the id of the indicators a name or file means; raises Fault.

    Everything that is wrong is told at once, each with its line; it writes nothing.
    """
    plan, document = written
    roster = {one.site.key: one for one in store.roster()}
    wrong: list[tuple[int, Fault]] = []

    for place, fault in _wrong_days(plan):
        wrong.append((document.line_of(place), fault))
    units = list(plan.units)
    if plan.roster is not None:
        taken, troubles = _from_roster(plan.roster, roster.values(), {one.name for one in units}, today)
        units += taken
        wrong += [(document.line_of(("roster",)), one) for one in troubles]
    if not units and not wrong:
        wrong.append((1, Fault("fault.plan_no_units")))
    kept: list[AssessedUnit] = []
    for number, unit in enumerate(units):
        place = ("units", number) if number < len(plan.units) else ("roster",)
        try:
            kept.append(unit.model_copy(update={"pack": pack_id_of(unit.pack)}))
        except Fault as fault:
            wrong.append((document.line_of((*place, "pack")), fault))
        wrong += [(document.line_of(place), one) for one in _wrong_unit(unit, roster, today)]
    for name, count in Counter("".join(one.name.split()) for one in units).items():
        if count > 1:
            wrong.append((document.line_of(("units",)), Fault("fault.plan_unit_twice", unit=name)))
    wrong += [(document.line_of(("units",)), one) for one in _wrong_sharing(units, roster)]
    if wrong:
        return DrawnUp(None, tuple(sorted(wrong, key=lambda one: one[0])))
    told = {name: getattr(plan, name) for name in Assessment.model_fields} | {"units": tuple(kept)}
    return DrawnUp(Assessment.model_validate(told))


def _wrong_days(plan: Assessment) -> Iterator[tuple[tuple[str | int, ...], Fault]]:
    if plan.starts > plan.ends:
        yield ("starts",), Fault("fault.plan_period_order", starts=str(plan.starts), ends=str(plan.ends))
    elif plan.ends - plan.starts > _LONGEST:
        yield ("ends",), Fault("fault.plan_period_long", starts=str(plan.starts), ends=str(plan.ends))
    numbered = [(number, one) for number, one in enumerate(plan.windows)]
    for number, one in numbered:
        place = ("windows", number)
        if any(other.kind is one.kind for _, other in numbered[:number]):
            yield place, Fault("fault.plan_window_twice", window=one.kind)
        if (
            not plan.starts <= one.ends <= plan.ends + _AFTERWARDS
            or (one.starts or plan.starts) < plan.starts
        ):
            yield (
                place,
                Fault(
                    "fault.plan_window_outside", window=one.kind, starts=str(plan.starts), ends=str(plan.ends)
                ),
            )
    # monitoring may go on all year, beside everything else
    in_order = sorted(
        (one for one in numbered if one[1].kind is not WindowKind.MONITOR),
        key=lambda one: _ORDER.index(one[1].kind),
    )
    for (_, first), (number, then) in pairwise(in_order):
        begins = first.starts and then.starts and then.starts < first.starts
        if then.ends < first.ends or begins:
            yield ("windows", number), Fault("fault.plan_window_order", window=then.kind, before=first.kind)


def _wrong_unit(unit: AssessedUnit, roster: Mapping[str, RosterEntry], today: date) -> Iterator[Fault]:
    weights = [one.weight for one in unit.objects]
    if len(weights) > 1 and None in weights:
        yield Fault("fault.plan_weights_lack", unit=unit.name)
    elif any(weights) and sum(one or 0 for one in weights) != 1:
        yield Fault("fault.plan_weights_sum", unit=unit.name, sum=str(sum(one or 0 for one in weights)))
    for name, count in Counter(one.name for one in unit.objects).items():
        if count > 1:
            yield Fault("fault.plan_object_twice", unit=unit.name, object=name)
    for one in unit.objects:
        if one.columns and not one.site_key:
            yield Fault("fault.plan_columns_nowhere", unit=unit.name, object=one.name)
        for column in one.columns:
            if not column.startswith(("/", "http://", "https://")):
                yield Fault("fault.plan_column", unit=unit.name, column=column)
        if one.site_key and one.site_key not in roster:
            yield Fault("fault.plan_site_unknown", unit=unit.name, site=one.site_key)
        elif one.site_key and roster[one.site_key].retired(today):
            yield Fault("fault.plan_site_retired", unit=unit.name, site=one.site_key)


def _wrong_sharing(units: Sequence[AssessedUnit], roster: Mapping[str, RosterEntry]) -> Iterator[Fault]:
    """No page counts twice: a site of several objects is shared by columns, none of which lies in another."""
    holders: dict[str, list[tuple[str, AssessedObject]]] = defaultdict(list)
    for unit in units:
        for held in unit.objects:
            if held.site_key and held.site_key in roster:
                holders[held.site_key].append((unit.name, held))
    for key, held_by in holders.items():
        for number, (name, held) in enumerate(held_by):
            for other, theirs in held_by[:number]:
                if not held.columns or not theirs.columns:
                    yield Fault("fault.plan_site_shared", site=key, unit=name, other=other)
                elif shared := _shared(held, theirs, roster[key]):
                    yield Fault("fault.plan_column_shared", site=key, unit=name, other=other, column=shared)


def _shared(held: AssessedObject, theirs: AssessedObject, entry: RosterEntry) -> str | None:
    root = entry.site.home
    for mine in held.columns:
        for other in theirs.columns:
            if any(under(_whole(one, root), two, entry.site) for one, two in ((mine, other), (other, mine))):
                return mine
    return None


def _whole(column: str, home: str) -> str:
    scheme, _, rest = home.partition("://")
    return f"{scheme}://{rest.split('/')[0]}{column}" if column.startswith("/") else column


def _from_roster(
    chosen: FromRoster, roster: Iterable[RosterEntry], written: Collection[str], today: date
) -> tuple[list[AssessedUnit], list[Fault]]:
    """Organisers of the sites in these groups. Sites out of service are nobody's; a unit that is written out is not taken again."""
    wrong = [Fault("fault.plan_group_pack", group=one) for one in chosen.groups if one not in chosen.packs]
    owned: dict[str, list[RosterEntry]] = defaultdict(list)
    for group in chosen.groups:
        members = [one for one in roster if one.arrangement.group == group and not one.retired(today)]
        if not members:
            wrong.append(Fault("fault.plan_group_empty", group=group))
        for one in members:
            if not one.site.organiser:
                wrong.append(Fault("fault.plan_site_ownerless", site=one.site.key, group=group))
            elif one.site.organiser not in written:
                owned[one.site.organiser].append(one)
    units = []
    for name, entries in owned.items():
        groups = dict.fromkeys(str(one.arrangement.group) for one in entries)
        if len(groups) > 1:
            wrong.append(Fault("fault.plan_unit_two_groups", unit=name, groups="、".join(groups)))
        group = next(iter(groups))
        if group in chosen.packs:
            units.append(_unit(name, group, chosen.packs[group], entries))
    return units, wrong


def _unit(name: str, group: str, pack: str, entries: Sequence[RosterEntry]) -> AssessedUnit:
    held = tuple(
        AssessedObject(name=one.site.name or one.site.host, site_key=one.site.key) for one in entries
    )
    first = entries[0]
    return AssessedUnit(
        name=name, group=group, region=first.arrangement.region, kind=first.site.kind, pack=pack, objects=held
    )
