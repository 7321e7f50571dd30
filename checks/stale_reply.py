"""留言答复长期未公开 The newest published answer to a letter is too old.

何为问题: 政务咨询类栏目在规定期限（如两个月）内没有公开新的留言答复。
怎样测量: 取全部留言列表和留言页上最晚的答复时间，加上期限得到最迟日期；监测时间点晚于该日即为问题，当日仍在期内。
反例: 最近一次答复在 2020-11-03，期限两个月，监测时间点 2021-01-13。
正例: 列表第一行是旧信，第三行的答复时间为 2021-01-05；恰在最迟日期当天。
局限: 采集未完、有咨询类栏目未读到或列表未读到期限之前、部分留言未写明答复时间、答复时间晚于监测时间点、来信所在栏目不明的，只提请人工核实；一封留言也没有读到的，不作判断。
"""

from collections.abc import Iterator
from datetime import date

import model
from checks.letters import Letter, Letters, letters_of
from checks.material import column_evidence
from checks.spans import earliest
from checks.unseen import read_back
from model import ColumnKind, Hit, Moment, NoSubject, Observation, Period, Subject, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
MOST_EVIDENCE = 8


class Params(model.Params):
    """参数 `period`: how old the newest published answer may be."""

    period: Period
    kinds: tuple[ColumnKind, ...] = (ColumnKind.CONSULTATION,)
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 At most one answer for all letters of the site."""
    letters = letters_of(subject, params.kinds)
    answered = sorted((one for one in letters.all if one.answered), key=_day, reverse=True)
    newest = answered[0] if answered else None
    if params.ask:
        yield _answer(
            Unsure, "ask_found" if newest else "ask_not_found", subject, letters, newest, params, moment
        )
        return
    if newest is not None and params.period.after(_day(newest)) >= moment.today:
        return
    if not letters.all and not letters.silent and not letters.unread:
        yield NoSubject()
        return
    case = _doubt(subject, letters, newest, params, moment)
    yield _answer(Unsure if case else Hit, case or "stale", subject, letters, newest, params, moment)


def _day(letter: Letter) -> date:
    return letter.answered or date.min


def _doubt(
    observation: Observation, letters: Letters, newest: Letter | None, params: Params, moment: Moment
) -> str | None:
    """Where a newer answer may be, or None."""
    home = observation.home
    if home is None or not home.outcome.observed or not observation.coverage.complete:
        return "left_over"
    if letters.unread:
        return "unread"
    if letters.silent or newest is None:
        return "untold"
    since = earliest(params.period, moment.today)
    if any(one.answered is None and not one.is_open for one in letters.all):
        return "undated"
    if newest.column is None:
        return "unclear_column"
    lists = [column for column in observation.columns_of(*params.kinds) if column.items]
    if any(not read_back(column, since, moment.today) for column in lists):
        return "not_to_end"
    return None


def _answer(
    answer: type[Hit],
    case: str,
    observation: Observation,
    letters: Letters,
    newest: Letter | None,
    params: Params,
    moment: Moment,
) -> Hit:
    day = newest.answered if newest is not None else None
    due = params.period.after(day) if day else None
    shown = sorted(letters.all, key=lambda one: one.answered or one.asked or date.min, reverse=True)
    shown = [*([newest] if newest else []), *(one for one in shown if one is not newest)]
    columns = [*letters.unread, *letters.silent]
    count = 3 if newest is not None and case == "stale" else 5
    return answer(
        message_id=f"check.stale_reply.{case}",
        params={
            "newest": day.isoformat() if day else "—",
            "due": due.isoformat() if due else "—",
            "today": moment.today.isoformat(),
            "days": moment.days_since(day) if day else 0,
            "letters": len(letters.all),
            "seen": "、".join(column.name for column in columns[:5]) or "—",
        },
        evidence=(
            *(one.evidence() for one in shown[:count]),
            *(column_evidence(column) for column in columns[:5]),
        )[:MOST_EVIDENCE],
        locus=params.kinds[0].value if params.kinds else "letters",
        url=observation.site.home,
        measured=str(moment.days_since(day)) if day else None,
        allowed=str(params.period),
        newest=day,
        overdue_days=(moment.today - due).days if due else None,
    )
