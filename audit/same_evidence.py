"""同一情形 Whether what is seen tonight is what somebody waived or a ruling withdrew: a digest of what a person would compare."""

import hashlib
import json

from model import Evidence, Verdict

# What a look was like differs with every look (its moment, its milliseconds): that it was one of its kind does not.
_LOOKS = ("attempt_", "withdrawn_", "visit_", "page_time")
_AROUND = frozenset({"parent_page", "navigation"})  # where a thing stands, not what it is


def evidence_digest(verdict: Verdict) -> str:
    """情形指纹 64 hex digits of what was found: its kind, the newest date, what stands in for it, words and addresses.

    Never wording, days of judgement, days overdue, durations, or the pages around it (a new page that links to a dead
    target changes nothing about the target), unless there is nothing else.
    """
    telling = [one for one in verdict.evidence if one.shows not in _AROUND] or list(verdict.evidence)
    told = {
        "what": verdict.message_id,
        "newest": verdict.newest.isoformat() if verdict.newest else None,
        "credit": verdict.credit,
        "seen": sorted({_seen(one) for one in telling}),
    }
    return hashlib.sha256(json.dumps(told, ensure_ascii=True, sort_keys=True).encode()).hexdigest()


def _seen(one: Evidence) -> tuple[str, str, str]:
    return (one.shows, one.url, "" if one.shows.startswith(_LOOKS) else one.quote)
