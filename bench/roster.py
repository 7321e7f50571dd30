"""./dev bench roster: a roster of many rows in as CSV and as XLSX, in again as it is, and out; CPU and wall seconds."""

import argparse
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from audit.roster import import_roster
from model import Arrangement, RosterEntry, Site
from report.messages import Messages
from report.roster import write_roster
from storage import open_store

TODAY = date(2026, 11, 22)


def main(arguments: list[str] | None = None) -> int:
    words = parser().parse_args(arguments)
    entries = [_entry(number) for number in range(words.rows)]
    with tempfile.TemporaryDirectory() as folder:
        for ending in ("csv", "xlsx"):
            sheet = Path(folder) / f"roster.{ending}"
            _timed(f"{ending} out", lambda sheet=sheet: write_roster(entries, sheet, Messages("zh_CN")))
            url = words.db or f"sqlite:///{folder}/{ending}.sqlite3"
            with open_store(url, Path(folder) / "archive") as store:
                for step in ("in", "in again"):
                    done = _timed(
                        f"{ending} {step}",
                        lambda sheet=sheet, store=store: import_roster(sheet, store, TODAY),
                    )
                    taken = len(done.added) + len(done.changed) + len(done.same)
                    if done.wrong or taken != words.rows or (step == "in again" and done.changed):
                        print(f"{ending} {step}: {taken} of {words.rows} rows, {len(done.changed)} changed")
                        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(prog="./dev bench roster", description=__doc__)
    found.add_argument("--rows", type=int, default=10_000)
    found.add_argument("--db", help="an empty database; a new SQLite file by default")
    return found


def _entry(number: int) -> RosterEntry:
    site = Site(
        home=f"http://w{number}.example.gov.cn/", name=f"示例网站{number}", organiser=f"示例单位{number % 40}", level="county"
    )  # fmt: skip
    terms = {"delay": 0.5, "packs": ("county/taijiang-2021",), "hours": {"starts": "20:00", "ends": "06:00"}}
    return RosterEntry(site=site, arrangement=Arrangement.model_validate({"site_key": site.key, **terms}))


def _timed(name: str, work: Callable[[], Any]) -> Any:
    cpu, wall = time.process_time(), time.perf_counter()
    found = work()
    print(f"{name:14} {time.process_time() - cpu:6.2f} CPU s {time.perf_counter() - wall:6.2f} s")
    return found


if __name__ == "__main__":
    raise SystemExit(main())
