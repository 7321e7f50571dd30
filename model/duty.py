"""值班读网 Who read a unit's sites on a day, and what duwang itself knew of them by then."""

from datetime import date
from decimal import Decimal

from pydantic import AwareDatetime, Field

from model.dossier import Text
from model.frozen import Frozen

LONGEST_SIGNER, LONGEST_NOTE = 60, 500


class SeenSite(Frozen):
    """网站所见 Audits that ended on the day, and visits made on it. `opened`: whether the last audit saw the home page, None:
    there was none. `low` to `high`: its score; None: it has none, or nothing in its pack costs points.
    """

    site_key: str
    name: str
    audits: int = 0
    opened: bool | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    visits: int = 0
    failed: int = 0


class Seen(Frozen):
    """系统所见 What came to the ledger on the day, up to `until`, and how much stood or was overdue at that moment."""

    until: AwareDatetime
    sites: tuple[SeenSite, ...] = ()
    new: int = 0
    back: int = 0
    mended: int = 0
    standing: int = 0
    overdue: int = 0


class Signature(Frozen):
    """签到 Somebody says that the unit's sites were read on that day (台江2021 六（三）: 每日登录).

    `signed_at` None: the hour was not told. `seen`: what duwang knew at that moment, or at the day's end when it was
    signed later.
    """

    unit: str
    on: date
    signer: Text = Field(min_length=1, max_length=LONGEST_SIGNER)
    signed_at: AwareDatetime | None = None
    note: Text = Field(default="", max_length=LONGEST_NOTE)
    seen: Seen
