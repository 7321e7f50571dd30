"""时刻 Moments as people write them, to the minute: 2021-11-02 09:05, 2021年11月2日9时5分, a spreadsheet's own number."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from model import SHANGHAI, Fault

_HOUR = r"(\d{1,2})\s*[:.时點点]\s*(\d{1,2})(?:\s*[:.分]\s*\d{0,2}\s*秒?)?"
_TIME = re.compile(rf"{_HOUR}$")
_MINUTE = re.compile(rf"(\d{{4}})\s*[-/.年]\s*(\d{{1,2}})\s*[-/.月]\s*(\d{{1,2}})\s*日?[T\s]*{_HOUR}$")
_SERIAL = re.compile(r"([2-7]\d{4})\.\d{1,15}$")  # days since the end of 1899, as spreadsheets count
_DAY_ZERO = datetime(1899, 12, 30, tzinfo=SHANGHAI)


def minute_of(text: str) -> datetime:
    """时刻 In Beijing time unless it says otherwise. Raises Fault when it is none, or a day without its hour."""
    bare = unicodedata.normalize("NFKC", text).strip()
    try:
        if found := _MINUTE.match(bare):
            year, month, day, hour, minute = (int(one) for one in found.groups())
            return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)
        if _SERIAL.match(bare):
            return _DAY_ZERO + timedelta(minutes=round(float(bare) * 24 * 60))
        told = datetime.fromisoformat(bare)
        if told.tzinfo is not None:
            return told.astimezone(SHANGHAI)
    except ValueError:
        pass
    raise Fault("fault.minute_invalid", text=text)


def time_on(day: date, text: str) -> datetime:
    """当日时刻 `09:05` of that day, or a whole moment. Raises Fault."""
    found = _TIME.match(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return minute_of(text)
    try:
        return datetime.combine(day, time(int(found[1]), int(found[2])), SHANGHAI)
    except ValueError:
        raise Fault("fault.minute_invalid", text=text) from None
