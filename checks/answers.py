"""答复 What a demand that only a person can judge is answered: one question with all that was seen."""

from collections.abc import Iterable

from model import Hit, Unsure

MOST = 8  # pieces of evidence


def asked(check: str, locus: str, answers: Iterable[Hit], read: int) -> Unsure:
    """提请核实 One Unsure for all answers of a check: how many documents were read, and which ones look wrong."""
    found = list(answers)
    evidence = [one for answer in found for one in answer.evidence[:1]]
    return Unsure(
        message_id=f"check.{check}.ask",
        params={"read": read, "found": len(found)},
        evidence=tuple(evidence[:MOST]),
        locus=locus,
        measured=f"{len(found)}/{read}",
    )
