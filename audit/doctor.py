"""体检 What this machine lacks before an audit finds out: browser, fonts, database, clock, calendar."""

import os
import shutil
import subprocess
from datetime import UTC, datetime
from typing import Literal

from pydantic import Field

import crawler
from model import SHANGHAI, Fault, Frozen
from rules import work_calendar
from storage import describe


class Symptom(Frozen):
    """体检结果 One thing looked at: good, warning (we can work, with less) or bad (we cannot)."""

    topic: str
    state: Literal["good", "warning", "bad"]
    message_id: str
    params: dict[str, str | int] = Field(default_factory=dict)


def examine(db_url: str) -> tuple[Symptom, ...]:
    """体检 Look at everything an audit leans on. Changes nothing."""
    return (_browser(), _fonts(), _database(db_url), *_clock(), _contact())


def _browser() -> Symptom:
    found = crawler.find_browser(None)
    if found.path:
        return _good("browser", path=found.path, version=found.version or "?")
    return Symptom(
        topic="browser",
        state="warning",
        message_id="doctor.browser.none",
        params={"tried": ", ".join(found.tried)},
    )


def _fonts() -> Symptom:
    lister = shutil.which("fc-list")
    if lister is None:
        return Symptom(topic="fonts", state="warning", message_id="doctor.fonts.unknown")
    answer = subprocess.run(  # noqa: S603 - fixed arguments, no shell
        [lister, ":lang=zh", "family"], capture_output=True, text=True, timeout=30, check=False
    )
    families = sorted({line.split(",")[0].strip() for line in answer.stdout.splitlines() if line.strip()})
    if not families:
        return Symptom(topic="fonts", state="warning", message_id="doctor.fonts.none")
    return _good("fonts", count=len(families), first=families[0])


def _database(db_url: str) -> Symptom:
    try:
        found = describe(db_url)
    except Fault as fault:
        return Symptom(topic="database", state="bad", message_id=fault.message_id, params=fault.params)
    if not found.exists:
        return _good("database_new", database=found.database)
    return _good("database", dialect=found.dialect, version=found.version, revision=found.revision or "–")


def _clock() -> tuple[Symptom, Symptom]:
    now = datetime.now(UTC).astimezone(SHANGHAI)
    known = work_calendar(now.year, now.year).years
    calendar = (
        _good("calendar", year=now.year)
        if now.year in known
        else Symptom(
            topic="calendar",
            state="warning",
            message_id="doctor.calendar.estimated",
            params={"year": now.year},
        )
    )
    return _good("clock", now=f"{now:%Y-%m-%d %H:%M:%S}"), calendar


def _contact() -> Symptom:
    if os.environ.get("DUWANG_CONTACT"):
        return _good("contact", contact=os.environ["DUWANG_CONTACT"])
    return Symptom(topic="contact", state="warning", message_id="doctor.contact.none")


def _good(topic: str, **params: str | int) -> Symptom:
    return Symptom(topic=topic, state="good", message_id=f"doctor.{topic}.good", params=params)
