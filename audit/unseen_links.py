"""未核验的链接 Why a target cannot be judged, and one verdict that stands for all that nobody asked.

A page of links to other sites may leave thousands of targets for another night: each of them is not observed, but a
list of thousands tells nobody anything. Where so many were left, or none was meant to be asked, one verdict says how
many they are.
"""

from collections import Counter
from typing import Any

from checks.link_votes import Standing, tally
from model import Evidence, LinkCheck, LinkRelation, Outcome

FEW = 20  # targets that are still told one by one
EXAMPLES = 20
SWITCHED_OFF = "switched_off"  # nobody meant to ask: see Verdict.set_aside
UNSEEN = "unseen"

Reason = tuple[Outcome, str, dict[str, str | int]]


def unseen_link(link: LinkCheck) -> Reason | None:
    """不能判定的原因 Outcome, end of the message id and parameters; None when its votes say something."""
    if not link.attempts:
        if link.relation is LinkRelation.MALFORMED:
            return None  # seen as it is written; there is nothing to ask a server
        if link.not_asked is None:
            return Outcome.NOT_OBSERVED, "link", {}
        return Outcome.NOT_OBSERVED, "link_not_asked", {"not_asked": link.not_asked}
    match tally(link.attempts).standing:
        case Standing.BLOCKED:
            return Outcome.BLOCKED, "link_refused", {"outcome": link.attempts[-1].outcome.value}
        case Standing.WITHDRAWN:
            why = next((one.withdrawn for one in reversed(link.attempts) if one.withdrawn), "throttled")
            return Outcome.NOT_OBSERVED, "link_withdrawn", {"withdrawn": why}
    return None


class Unasked:
    """未问及的目标 Targets of one rule that nobody asked, told one by one or together."""

    def __init__(self, links: list[LinkCheck]) -> None:
        found = [one for one in links if not one.attempts and one.not_asked is not None]
        if len(found) <= FEW and not any(one.not_asked == SWITCHED_OFF for one in found):
            found = []
        self._found = found
        self._urls = frozenset(one.url for one in found)

    def holds(self, link: LinkCheck) -> bool:
        """合并计 Whether the target is one of those that are told together."""
        return link.url in self._urls

    def told(self) -> dict[str, Any] | None:
        """合并说明 Fields of the one verdict; None when there is nothing to tell together."""
        return together(self._found) if self._found else None


def together(links: list[LinkCheck], why: str | None = None) -> dict[str, Any]:
    """合并 Parameters and examples for all of them: how many, and the reason that most of them have."""
    reasons = Counter(one.not_asked or UNSEEN for one in links)
    return {
        "params": {"count": len(links), "not_asked": why or reasons.most_common(1)[0][0]},
        "evidence": tuple(Evidence(url=one.url, shows="link_not_asked") for one in links[:EXAMPLES]),
    }
