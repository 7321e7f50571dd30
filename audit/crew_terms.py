"""班组规矩 What holds for every site of a crew, and with what the roster says of one: the request for its audit."""

from audit.run import Request
from crawler.visits import CONTROL
from model import Arrangement, BrowserUse, Frozen, Limits, Pace, RosterEntry


class CrewTerms(Frozen):
    """班组规矩 What holds for every site of a crew. `delay`: in place of what the roster says.

    `again_seconds`: after a site failed. `controls`: asked when one site after another answers nobody.
    """

    contact: str | None = None
    allow_private: bool = False
    browser: BrowserUse = BrowserUse.AUTO
    browser_path: str | None = None
    limits: Limits = Limits()
    pace: Pace = Pace()
    delay: float | None = None
    external: bool = True
    external_pace: Pace = Pace(delay=2.0, concurrency=1)
    full: bool = False
    again_seconds: float = 900.0
    controls: tuple[str, ...] = (CONTROL,)
    beat_seconds: float = 5.0  # how often a crew looks around; it is heard of at every second beat


def request_of(
    entry: RosterEntry, arrangement: Arrangement, usual: CrewTerms, night_id: str, full: bool
) -> Request:
    """委托 `arrangement` with every term told (audit/arrange.py)."""
    limits = usual.limits.model_copy(
        update={
            "max_pages": arrangement.max_pages,
            "max_seconds": (arrangement.max_minutes or 60) * 60,
            "max_external": arrangement.max_external,
        }
    )
    delay = arrangement.delay if usual.delay is None else usual.delay
    return Request(
        site=entry.site.model_copy(update={"max_pages": arrangement.max_pages}),
        limits=limits,
        pace=usual.pace.model_copy(update={"delay": delay, "autothrottle": bool(delay)}),
        contact=usual.contact,
        allow_private=usual.allow_private,
        browser=usual.browser,
        browser_path=usual.browser_path,
        external=usual.external,
        external_pace=usual.external_pace,
        night=night_id,
        full=full or usual.full,
    )
