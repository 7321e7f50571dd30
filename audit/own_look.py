"""亲见 Nobody is accused, and no case is closed, by what was not looked at this time.

Pages may be carried over from an earlier night, or be said to be unchanged by their server (audit/revisit.py). Whatever a
new accusation rests on alone is looked at with the next crawl first; until then it counts as not observed.
"""

from collections.abc import Collection, Mapping, Sequence

from model import (
    Case,
    CaseState,
    CheckModule,
    Observation,
    Outcome,
    Subject,
    Verdict,
    fingerprint_of,
)
from model.survey import plain_address

UNSEEN = "verdict.not_observed.carried"
_ACCUSING = (Outcome.FAIL, Outcome.UNSURE)


def unless_looked_at(
    verdicts: Sequence[Verdict],
    observation: Observation,
    checks: Mapping[str, CheckModule],
    cases: Mapping[str, Case],
) -> tuple[Verdict, ...]:
    """未亲见不判 The verdicts, those that rest on nobody's look of this crawl turned into "not observed".

    A column is accused only by bodies that came this time, of every page of its list that was read, as a newer row may
    stand on any; and a link only when such a body shows it: that a server says a page has not changed is not enough.
    """
    if not observation.carried and not observation.unmodified:
        return tuple(verdicts)
    carried = frozenset(observation.carried)
    said = carried.union(observation.unmodified)
    seen, unseen = set[str](), set[str]()
    for page in observation.pages:
        place = unseen if page.snapshot_id in carried else seen
        place.update((plain_address(page.url), plain_address(page.final_url)))
    unseen -= seen
    unshown = _shown_by_word(verdicts, observation, checks, said)
    unsure_of = {one.key for one in observation.columns if not said.isdisjoint(one.snapshot_ids)}

    def rests(verdict: Verdict) -> bool:
        subject = checks[verdict.check].SUBJECT
        if verdict.outcome in _ACCUSING:
            proofs = [one.snapshot_id for one in verdict.evidence if one.snapshot_id]
            if _all_in(proofs, said if subject is Subject.COLUMN else carried):
                return True
            if subject is Subject.COLUMN and verdict.locus in unsure_of:
                return True
            return subject is Subject.LINK and _all_in(
                [plain_address(url) for url in verdict.parents], unshown
            )
        return (
            verdict.outcome is Outcome.PASS
            and plain_address(verdict.url) in unseen
            and _is_open(cases.get(fingerprint_of(verdict.rule_id, observation.site.key, verdict.locus)))
        )

    # evidence and parents stay: the next crawl asks for them whole
    unsure: dict[str, object] = {
        "outcome": Outcome.NOT_OBSERVED,
        "message_id": UNSEEN,
        "params": {},
        "measured": None,
        "newest": None,
    }
    return tuple(
        one.model_copy(update=unsure | {"overdue_days": None}) if rests(one) else one for one in verdicts
    )


def _shown_by_word(
    verdicts: Sequence[Verdict],
    observation: Observation,
    checks: Mapping[str, CheckModule],
    said: Collection[str],
) -> frozenset[str]:
    """Pages whose links nobody saw this time: those that were left out, or are the same by their server's word."""
    by_word, own = set[str](), set[str]()
    for page in observation.pages:
        place = by_word if page.snapshot_id in said else own
        place.update((plain_address(page.url), plain_address(page.final_url)))
    accused = {
        one.url for one in verdicts if one.outcome in _ACCUSING and checks[one.check].SUBJECT is Subject.LINK
    }
    for link in observation.links:
        if link.url in accused:  # what carries links need be no page: a style sheet, a site map
            for found in link.found_on:
                (by_word if found.snapshot_id in said else own).add(plain_address(found.url))
    return frozenset(by_word - own)


def _all_in(found: Sequence[str], among: Collection[str]) -> bool:
    return bool(found) and all(one in among for one in found)


def _is_open(case: Case | None) -> bool:
    return case is not None and case.state is not CaseState.FIXED
