"""可用性报告 A week of visits to one home page: in words for a terminal, and as a sheet in the customary columns."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from model import SHANGHAI, FetchOutcome, Frozen, Outcome, Rule, Severity, Site, Verdict, Visit
from report.messages import Messages
from report.output import write_whole
from report.sheet import cell_text
from report.text import cause_text, describe, label, number, plain

COLUMNS = (
    "number",
    "at",
    "url",
    "result",
    "cause",
    "status",
    "elapsed",
    "dns",
    "tcp",
    "tls",
    "first_byte",
    "complete",
    "ip",
    "counted",
)
_MOST_SHOWN = 30  # failed visits on a terminal; the sheet has all


class SeenVisit(Frozen):
    """一次访问 A visit and how the rule takes it: opened, failed, or why it does not count.

    `standing`: one of the catalogue's `standing.*`: opened, failed or doubtful, which count; control, blocked, empty,
    robots, private, tls, which do not.
    """

    visit: Visit
    standing: str

    @property
    def counted(self) -> bool:
        return self.standing in ("opened", "failed", "doubtful")

    @property
    def failed(self) -> bool:
        return self.standing == "failed"

    @property
    def doubtful(self) -> bool:
        return self.standing == "doubtful"


class Outage(NamedTuple):
    """连续失败 Failed visits in a row. `ended`: the visit that opened after them; None: none has yet."""

    first: datetime
    last: datetime
    visits: int
    ended: datetime | None


class VisitsView(Frozen):
    """可用性 The visits to one site from `since` to `until` in order of time, and what the pack's rule says of them."""

    site: Site
    since: datetime
    until: datetime
    seen: tuple[SeenVisit, ...] = ()
    rules: tuple[Rule, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    pack_id: str = ""

    @property
    def counted(self) -> int:
        return sum(1 for one in self.seen if one.counted)

    @property
    def failed(self) -> int:
        return sum(1 for one in self.seen if one.failed)

    @property
    def doubtful(self) -> int:
        return sum(1 for one in self.seen if one.doubtful)

    @property
    def percent(self) -> Decimal | None:
        """失败率 The failed share of what counts, to two places, cut off: 4.99… never shows as 5."""
        return self._share(self.failed)

    @property
    def most_percent(self) -> Decimal | None:
        """最高失败率 The same, if all that is doubtful had failed."""
        return self._share(self.failed + self.doubtful)

    def _share(self, part: int) -> Decimal | None:
        return Decimal(part * 10_000 // self.counted) / 100 if self.counted else None

    @property
    def suspected(self) -> bool:
        return any(one.outcome is Outcome.FAIL and not one.preview for one in self.verdicts)

    def figures(self) -> dict[str, Any]:
        """数字 The figures of the summary, for programs."""
        outage = self.longest_outage
        return {
            "visits": len(self.seen),
            "counted": self.counted,
            "failed": self.failed,
            "doubtful": self.doubtful,
            "percent": None if self.percent is None else str(self.percent),
            "suspected": self.suspected,
            "longest_outage": None
            if outage is None
            else [str(outage.first), str(outage.last), outage.visits],
        }

    @property
    def longest_outage(self) -> Outage | None:
        """最长连续失败 By time from the first failed visit to the one that opened again, or to the last failed.

        What is doubtful neither opened nor failed.
        """
        found: list[Outage] = []
        counted = [one for one in self.seen if one.counted and not one.doubtful]
        runs = [(failed, list(group)) for failed, group in groupby(counted, key=lambda one: one.failed)]
        for place, (failed, group) in enumerate(runs):
            if failed:
                ended = runs[place + 1][1][0].visit.at if place + 1 < len(runs) else None
                found.append(Outage(group[0].visit.at, group[-1].visit.at, len(group), ended))
        return max(found, key=lambda one: (one.ended or one.last) - one.first, default=None)


def visits_lines(view: VisitsView, messages: Messages) -> Iterator[str]:
    """可用性摘要 The window in words, the rule's verdict, and every failed visit."""
    say = messages.text
    name = plain(view.site.name or view.site.home)
    yield say(
        "visits.head",
        site=name,
        key=plain(view.site.key),
        since=_minute(view.since),
        until=_minute(view.until),
    )
    if not view.seen:
        yield say("visits.none")
    else:
        yield from _figures(view, messages)
    yield from verdict_lines(view, messages)
    yield from _listed("visits.failed", [one for one in view.seen if one.failed], messages)
    yield from _listed("visits.unsure", [one for one in view.seen if one.doubtful], messages)


def _listed(head: str, seen: list[SeenVisit], messages: Messages) -> Iterator[str]:
    if seen:
        yield messages.text(head, count=len(seen))
    for one in seen[-_MOST_SHOWN:]:
        yield "  " + visit_line(one, messages)
    if len(seen) > _MOST_SHOWN:
        yield messages.text("visits.more", count=len(seen) - _MOST_SHOWN)


def visit_line(seen: SeenVisit, messages: Messages, name: str = "") -> str:
    """一次访问一行 When, whom, and that it opened or why it did not."""
    visit = seen.visit
    if seen.standing == "opened":
        said = messages.text("visits.opened")
    elif seen.counted:
        said = messages.text(
            "visits.not_opened" if seen.failed else "visits.not_sure", cause=_cause(visit, messages)
        )
    else:
        reason = label(messages, "standing", seen.standing)
        said = messages.text("visits.not_counted", cause=_cause(visit, messages), reason=reason)
    took = messages.text("visits.took", ms=visit.elapsed_ms)
    return "  ".join(plain(word) for word in (_second(visit.at), name, said, took, visit.ip or "") if word)


def _figures(view: VisitsView, messages: Messages) -> Iterator[str]:
    say = messages.text
    percent = number(view.percent) if view.percent is not None else "–"
    yield say(
        "visits.counts", visits=len(view.seen), counted=view.counted, failed=view.failed, percent=percent
    )
    if view.doubtful and view.most_percent is not None:
        yield say("visits.doubtful", count=view.doubtful, percent=number(view.most_percent))
    left_out = Counter(_reason(one, messages) for one in view.seen if not one.counted)
    if left_out:
        reasons = say("visits.comma").join(
            say("visits.times", what=what, count=count) for what, count in left_out.most_common()
        )
        yield say("visits.left_out", count=sum(left_out.values()), reasons=reasons)
    outage = view.longest_outage
    if outage is not None:
        key = "visits.outage" if outage.ended else "visits.outage_lasts"
        ended = _minute(outage.ended) if outage.ended else ""
        yield say(
            key, first=_minute(outage.first), last=_minute(outage.last), count=outage.visits, ended=ended
        )
    opened = [one.visit for one in view.seen if one.standing == "opened"]
    if opened:
        slowest = max(opened, key=lambda one: one.elapsed_ms)
        middle = int(median(one.elapsed_ms for one in opened))
        yield say("visits.speed", slowest=slowest.elapsed_ms, at=_minute(slowest.at), median=middle)
    days = [one.visit.certificate_days for one in view.seen if one.visit.certificate_days is not None]
    if days:
        yield say("visits.certificate" if days[-1] >= 0 else "visits.certificate_ended", days=abs(days[-1]))
    else:
        yield say("visits.no_certificate")
    six = [found for found in (_over_ipv6(one.visit) for one in view.seen) if found is not None]
    yield say("visits.ipv6", opened=sum(six), tried=len(six)) if six else say("visits.no_ipv6")


def _reason(one: SeenVisit, messages: Messages) -> str:
    """Why a visit does not count; of one that was refused also by whom, for that is who has to be asked."""
    said = label(messages, "standing", one.standing)
    if one.standing != "blocked":
        return said
    return messages.text("visits.because", what=said, cause=_cause(one.visit, messages))


def verdict_lines(view: VisitsView, messages: Messages) -> Iterator[str]:
    """判定 What the pack's rule says, one line a verdict."""
    if not view.rules:
        yield messages.text("visits.no_rule", pack=plain(view.pack_id))
    for verdict in view.verdicts:
        vetoed = verdict.outcome is Outcome.FAIL and verdict.severity is Severity.VETO
        outcome = label(messages, "outcome_verdict", verdict.outcome)
        yield messages.text(
            "visits.verdict",
            rule=plain(verdict.rule_id),
            outcome=messages.text("visits.veto") if vetoed else outcome,
            why=describe(verdict, messages),
        )


def write_visits(views: Iterable[VisitsView], path: Path, messages: Messages) -> int:
    """写访问清单 Every visit a row, by site and time; utf-8 with mark, CRLF. Returns how many. Raises Fault."""
    seen = [one for view in views for one in view.seen]
    text = io.StringIO(newline="")
    sheet = csv.writer(text, lineterminator="\r\n")
    sheet.writerow([messages.text(f"visits.sheet.{name}") for name in COLUMNS])
    for place, one in enumerate(seen, start=1):
        sheet.writerow([cell_text(value) for value in _row(place, one, messages)])
    write_whole(path, text.getvalue().encode("utf-8-sig"))
    return len(seen)


def _row(place: int, one: SeenVisit, messages: Messages) -> tuple[str | int | None, ...]:
    visit, steps = one.visit, one.visit.timings
    result = one.standing if one.counted else "failed" if one.standing == "control" else "unknown"
    return (
        place,
        _second(visit.at),
        visit.url,
        label(messages, "visits.result", result),
        None if result == "opened" else _cause(visit, messages),
        visit.status,
        visit.elapsed_ms,
        steps.dns,
        steps.tcp,
        steps.tls,
        steps.first_byte,
        steps.complete,
        visit.ip,
        messages.text("visits.yes")
        if one.counted
        else messages.text("visits.no", reason=label(messages, "standing", one.standing)),
    )


def _cause(visit: Visit, messages: Messages) -> str:
    if visit.outcome.there and visit.cause is None:
        return messages.text("visits.late")
    if visit.outcome is FetchOutcome.SOFT404:  # the cause is the very words of the page
        return messages.text("visits.says_missing")
    return cause_text(visit.cause or visit.outcome, messages)


def _over_ipv6(visit: Visit) -> bool | None:
    """Whether it opened over IPv6; None when nobody could try."""
    return True if visit.family == 6 else visit.other_family


def _minute(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _second(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
