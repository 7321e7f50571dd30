"""留言超期未答复 A published letter had no answer in time.

何为问题: 政务咨询类栏目公布的留言在规定时限内没有答复，或答复时间晚于时限。
怎样测量: 读留言列表和留言页上的留言时间、答复时间、办理状态；监测时间点前一定期间内的留言，到期仍未答复或答复日晚于到期日，一件一条。
反例: 2020-08-03 的留言，状态为“待回复”，2021-01-13 已超过三个月；2020-10-12 的留言到 2020-10-26 才答复，超过 5 个工作日。
正例: 没有答复时间而状态为“已办结”；到期日当天答复；访谈、征集、信访、举报栏目的留言不计。
局限: 列表不写明是否答复而留言页未读到、留言页未见答复但不能确认、栏目类型不明或兼收举报、工作日历不含该年、栏目未读到的，只提请人工核实；留言是否有效、答复是否得当由人判断；没有网址的留言以栏目和留言时间标识。
"""

from collections.abc import Iterator
from datetime import date, timedelta

from pydantic import Field, model_validator

import model
from checks.letters import Letter, Letters, letters_of
from checks.material import column_evidence
from model import (
    Column,
    ColumnKind,
    Hit,
    Moment,
    NoSubject,
    Observation,
    PageFacts,
    Period,
    Subject,
    Unsure,
)

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True
MOST_EVIDENCE = 8
ANSWER_WORDS = ("答复", "回复", "办理结果", "处理结果", "反馈")


class Params(model.Params):
    """参数 Exactly one of `period` (calendar) and `workdays`; only letters asked within `back` of the moment.

    `late`: letters that were answered after the limit count too.
    """

    period: Period | None = None
    workdays: int | None = Field(default=None, ge=1)
    back: Period = Period(months=12)
    kinds: tuple[ColumnKind, ...] = (ColumnKind.CONSULTATION,)
    late: bool = True
    ask: bool = False

    @model_validator(mode="after")
    def _one_limit(self) -> "Params":
        if (self.period is None) == (self.workdays is None):
            raise ValueError("give either period or workdays")
        return self

    @property
    def limit(self) -> str:
        return str(self.period) if self.period is not None else str(self.workdays)

    def due(self, asked: date, moment: Moment) -> date | None:
        """到期日 None when the working days of a year are not known."""
        if self.period is not None:
            return self.period.after(asked)
        last = moment.calendar.add_workdays(asked, self.workdays or 1)
        return last if moment.calendar.knows(asked) and moment.calendar.knows(last) else None


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 One answer for each letter that is late or may be, one for each column that tells nothing of its letters."""
    letters = letters_of(subject, params.kinds)
    recent = [one for one in letters.all if one.asked is None or params.back.after(one.asked) >= moment.today]
    if params.ask:
        yield _asked(subject, letters, recent, params, moment)
        return
    if not letters.all and not letters.silent and not letters.unread:
        yield NoSubject()
        return
    shows_answers = any(one.own is not None and one.own.messages and one.answered for one in letters.all)
    untold: dict[str, list[Letter]] = {}
    for letter in sorted(recent, key=lambda one: (one.asked or date.min, one.locus)):
        case = _case(letter, params, moment, shows_answers)
        if case == "untold":
            untold.setdefault(letter.column.key if letter.column else letter.told.url, []).append(letter)
        elif case is not None:
            yield _answer(case, letter, params, moment)
    for place, several in untold.items():
        yield _several(place, several, subject)
    for column in letters.silent:
        yield _column("silent", column)
    for column in letters.unread:
        yield _column("unread", column)


def _case(letter: Letter, params: Params, moment: Moment, shows_answers: bool) -> str | None:
    """None: in time. Cases of `HITS` accuse, unless the place of the letter is in doubt."""
    if letter.asked is None:
        return None if letter.is_answered else "undated" if letter.is_open else "untold"
    due = params.due(letter.asked, moment)
    if letter.is_answered:
        if not params.late or letter.answered is None:
            return None
        if due is None:
            soon = letter.asked + timedelta(days=params.workdays or 0)
            return None if letter.answered <= soon else "calendar"
        return _sure("late", letter) if letter.answered > due else None
    if due is None:
        soon = letter.asked + timedelta(days=params.workdays or 0)
        return None if moment.today <= soon else "calendar"
    if due >= moment.today:
        return None
    if letter.is_open and (letter.is_waiting or letter.own is not None):
        told = not letter.is_waiting and letter.own is not None and _speaks_of_answers(letter.own)
        return "no_answer_seen" if told else _sure("overdue", letter)
    if letter.own is None:
        return "own_unread" if letter.message.state else "untold"
    seen = _speaks_of_answers(letter.own)
    return (
        _sure("overdue", letter) if shows_answers and letter.own.messages and not seen else "no_answer_seen"
    )


def _speaks_of_answers(page: PageFacts) -> bool:
    return page.shell is not None or any(word in page.text for word in ANSWER_WORDS)


def _sure(case: str, letter: Letter) -> str:
    return "unclear_column" if letter.column is None or letter.is_mixed else case


def _answer(case: str, letter: Letter, params: Params, moment: Moment) -> Hit:
    due = params.due(letter.asked, moment) if letter.asked else None
    end = letter.answered or moment.today
    days = (end - letter.asked).days if letter.asked else 0
    if letter.asked and params.workdays is not None:
        days = moment.calendar.workdays_between(letter.asked, end)
    return (Hit if case in ("overdue", "late") else Unsure)(
        message_id=f"check.unanswered_letter.{case}",
        params={
            "letter": letter.message.title[:60],
            "asked": letter.asked.isoformat() if letter.asked else letter.message.asked.raw,
            "answered": letter.answered.isoformat() if letter.answered else "",
            "due": due.isoformat() if due else "",
            "today": moment.today.isoformat(),
            "state": letter.message.state or "—",
        },
        evidence=(letter.evidence(),),
        locus=letter.locus,
        subject_name=letter.message.title[:60],
        url=letter.url or letter.told.final_url,
        measured=str(days),
        allowed=params.limit,
        overdue_days=(end - due).days if due else None,
    )


def _several(place: str, letters: list[Letter], observation: Observation) -> Unsure:
    """Letters of one list that tells of none whether it was answered."""
    column = letters[0].column
    return Unsure(
        message_id="check.unanswered_letter.untold",
        params={"column": column.name if column else letters[0].told.title, "letters": len(letters)},
        evidence=tuple(letter.evidence() for letter in letters[:MOST_EVIDENCE]),
        locus=place,
        url=column.url if column else letters[0].told.final_url,
        measured=str(len(letters)),
    )


def _column(case: str, column: Column) -> Unsure:
    return Unsure(
        message_id=f"check.unanswered_letter.{case}",
        params={"column": column.name, "rows": len(column.items or ())},
        evidence=(column_evidence(column),),
        locus=column.key,
        subject_name=column.name,
        url=column.url,
    )


def _asked(
    observation: Observation, letters: Letters, recent: list[Letter], params: Params, moment: Moment
) -> Unsure:
    suspect = [one for one in recent if _case(one, params, moment, False) is not None]
    shown = suspect or sorted(recent, key=lambda one: one.asked or date.min, reverse=True)
    columns = [*letters.silent, *letters.unread]
    seen = (*(one.evidence() for one in shown), *(column_evidence(one) for one in columns))
    return Unsure(
        message_id=f"check.unanswered_letter.{'ask_found' if letters.all else 'ask_not_found'}",
        params={
            "letters": len(recent),
            "suspect": len(suspect),
            "limit": params.limit,
            "columns": len(columns),
        },
        evidence=seen[:MOST_EVIDENCE],
        locus=params.kinds[0].value if params.kinds else "letters",
        url=observation.site.home,
        measured=str(len(suspect)),
        allowed=params.limit,
    )
