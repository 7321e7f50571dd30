"""分组 What the sites of a group share: set, unset, counted."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from audit.arrange import SELECTORS, groups_of, selected_name
from audit.roster import PackShelf
from audit.roster_row import group_name, hours_of, level_of
from model import Fault, Group, Terms
from storage import Store


def name_of(name: str | None, **selectors: str | None) -> str | None:
    """组名 The group a person means: by its own name, or all sites of one organiser, region or level. None: no group named.

    Raises Fault when more than one is named, or a name that cannot be.
    """
    told = {
        by: value.strip() for by, value in selectors.items() if by in SELECTORS and value and value.strip()
    }
    if len(told) + bool(name and name.strip()) > 1:
        raise Fault("fault.group_one")
    for by, value in told.items():
        return selected_name(by, level_of(value) if by == "level" else value)
    return group_name(name.strip()) if name and name.strip() else None


def set_group(store: Store, name: str, said: Mapping[str, Any], unset: Sequence[str] = ()) -> Group:
    """定下分组 What is said replaces what was; None is not said. `hours` as text, packs by name or path. Raises Fault."""
    changes = {field: value for field, value in said.items() if value is not None and value != []}
    if "hours" in changes:
        changes["hours"] = hours_of(changes["hours"])
    if "packs" in changes:
        changes["packs"] = PackShelf().all_of(changes["packs"])
    if "channels" in changes:
        changes["channels"] = tuple(changes["channels"])
    for field in (one.strip().lower().replace("-", "_") for one in unset):
        if field not in Terms.model_fields:
            raise Fault("fault.group_field", field=field, fields=", ".join(Terms.model_fields))
        changes[field] = () if field in ("packs", "channels") else None
    known = next((one for one in store.groups() if one.name == name), Group(name=name))
    group = known.model_copy(update=changes)
    if changes:
        store.keep_group(group)
    return group


def all_groups(store: Store) -> list[tuple[Group, int]]:
    """全部分组 Every group that says anything or has sites, by name, with the number of its sites."""
    roster = store.roster()
    sizes = Counter(name for entry in roster for name in groups_of(entry))
    told = {one.name: one for one in store.groups()}
    own = {entry.arrangement.group for entry in roster if entry.arrangement.group}
    return [(told.get(name) or Group(name=name), sizes[name]) for name in sorted({*told, *own})]
