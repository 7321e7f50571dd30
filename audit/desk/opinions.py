"""人工意见 What people have entered, folded: of each thing the entry that holds, with its number.

The one entered last holds; what it took the place of stays in the dossier.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, NamedTuple, TypeVar

from audit.desk.desk import Desk
from model import (
    Adjusted,
    DossierEntry,
    EntryKind,
    Filed,
    Frozen,
    Opinion,
    Rated,
    Scanned,
    SelfScore,
    VetoOpinion,
    told_in,
)

Noun = TypeVar("Noun", bound=Frozen)


class Matter(NamedTuple):
    """所议 What entries of a kind are about (`key`) and what they say of it (`says`): who says another thing contradicts."""

    noun: type[Any]
    key: Callable[[Any], Hashable]
    says: Callable[[Any], Hashable]


MATTERS: Mapping[EntryKind, Matter] = {
    EntryKind.OPINION: Matter(Opinion, lambda one: one.fingerprint, lambda one: one.result),
    EntryKind.VETO: Matter(
        VetoOpinion, lambda one: (one.site_key, one.veto, one.evidence), lambda one: one.confirmed
    ),
    EntryKind.RATED: Matter(Rated, lambda one: (one.unit, one.part), lambda one: one.score),
    EntryKind.SELF_SCORE: Matter(SelfScore, lambda one: (one.unit, one.rule_id), lambda one: one.score),
    EntryKind.ADJUSTED: Matter(
        Adjusted, lambda one: (one.unit, one.rule_id, one.on, one.reason), lambda one: one.points
    ),
    EntryKind.SCANNED: Matter(Scanned, lambda one: one, lambda one: None),
    EntryKind.FILED: Matter(
        Filed, lambda one: (one.unit, one.purpose, one.rule_id, one.paper.sha256), lambda one: None
    ),
}


def standing(desk: Desk, kind: EntryKind) -> dict[Hashable, tuple[DossierEntry, Any]]:
    """有效记录 Of each matter the entry that holds and its noun, in the order in which matters first came up."""
    matter = MATTERS[kind]
    found: dict[Hashable, tuple[DossierEntry, Any]] = {}
    for entry in desk.of(kind):
        noun = told_in(entry, matter.noun)
        found[matter.key(noun)] = (entry, noun)
    return found


def opinions(desk: Desk) -> dict[str, Opinion]:
    """核查意见 By fingerprint. One holds only while `evidence` is the digest of what is seen (audit.same_evidence)."""
    return {one.fingerprint: one for one in _nouns(desk, EntryKind.OPINION, Opinion)}


def vetoes(desk: Desk) -> dict[tuple[str, str], VetoOpinion]:
    """单项否决认定 By site key and id of the veto, of whatever was counted for it: the one entered last."""
    told = sorted(standing(desk, EntryKind.VETO).values(), key=lambda one: one[0].number)
    return {(one.site_key, one.veto): one for _, one in told}


def rated(desk: Desk) -> dict[tuple[str, str], Rated]:
    """他方评分 By unit and part of the blend."""
    return {(one.unit, one.part): one for one in _nouns(desk, EntryKind.RATED, Rated)}


def self_scores(desk: Desk) -> dict[tuple[str, str | None], SelfScore]:
    """自评分 By unit and rule; None: on the whole."""
    return {(one.unit, one.rule_id): one for one in _nouns(desk, EntryKind.SELF_SCORE, SelfScore)}


def adjusted(desk: Desk) -> list[Adjusted]:
    """日常记录 Those that hold, without those taken back (0 points), in the order they came up."""
    return [one for one in _nouns(desk, EntryKind.ADJUSTED, Adjusted) if one.points]


def scanned(desk: Desk) -> list[Scanned]:
    """上级扫描问题 Each once."""
    return _nouns(desk, EntryKind.SCANNED, Scanned)


def filed(desk: Desk) -> list[Filed]:
    """材料报备 Every paper of every unit, each once."""
    return _nouns(desk, EntryKind.FILED, Filed)


def _nouns(desk: Desk, kind: EntryKind, noun: type[Noun]) -> list[Noun]:
    return [one for _, one in standing(desk, kind).values() if isinstance(one, noun)]
