"""超过时限公开 A document came online later than so many working days after it was made.

何为问题: 政府信息自形成或者变更之日起超过规定的工作日数（条例第二十六条为20个工作日）才公开。
怎样测量: 取公文头标明的成文日期和发布日期，按工作日历数其间的工作日（成文次日为第一日）；列表所示日期更早的，以更早者为准。
反例: 公文头写明成文日期 2021-03-01、发布日期 2021-05-10，其间超过20个工作日。
正例: 恰在第20个工作日发布；其间有法定节假日；发布日期只见于网页生成时间。
局限: 只判本机关制发、两个日期都在公文头标明的公文；落款日期、没有标签的日期、工作日历未收录的年份、早于成文日期的发布日期、许多公文同一天发布（疑似迁移导入）、转发、批转的文件，标题、落款或文号表明是其他机关的文件，另有公开期限或经批准、解密后才公开的（规划、预决算等），一律只提请人工核实；没有成文日期或发布日期的公文不判。
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from pydantic import Field

import model
from checks.answers import asked
from checks.articles import Article, articles_of, earliest_row, since_of
from checks.freshness import is_future
from checks.issuers import is_own
from model import ColumnKind, Dated, DateSource, Hit, Moment, NoSubject, Observation, Subject, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ITEMWISE = True
# what has to be public by a term of its own, and what may be so only from a later day on
_OTHER_TERM = re.compile(r"预算|决算|审计(?:结果|报告)|年度报告|统计公报|规划(?:[(（][^()（）]*[)）])?$")
_FROM_ANOTHER_DAY = re.compile(
    r"(?:批复|批准|审定|审批|同意|解密|备案)(?:同意)?后.{0,6}(?:公布|公开|发布)|转为?主动公开|变更为主动公开|已解密|解除密级"
)
IMPORT = 5  # so many late documents dated on one day came with a move of the site


class Params(model.Params):
    """参数 `workdays` from 成文日期 to 发布日期, for documents in columns of `kinds` dated from `since` on."""

    workdays: int = Field(ge=1)
    kinds: tuple[ColumnKind, ...] = (ColumnKind.POLICIES,)
    since: date | None = None
    ask: bool = False


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 One answer for each document that came late or whose dates contradict each other."""
    read, late = 0, []
    for article in since_of(articles_of(subject).within(params.kinds), params.since):
        made, shown = _made(article), article.day
        if (
            article.interprets
            or made is None
            or shown is None
            or is_future(shown.value or date.min, moment.today)
        ):
            continue
        if params.since is not None and made.value and made.value < params.since:
            continue
        read += 1
        if made.value and shown.value and _is_late(made.value, shown.value, params, moment):
            late.append((article, made, shown))
    imported = _crowded_days((shown.value for _, _, shown in late if shown.value), IMPORT - 1)
    answers = [_answer(subject, *one, imported, params, moment) for one in late]
    if params.ask:
        yield asked("late_document", "documents", answers, read)
    elif read:
        yield from answers
    else:
        yield NoSubject()


def _made(article: Article) -> Dated | None:
    document = article.page.document
    made = document.made_on if document else None
    return made if made is not None and made.value else None


def _is_late(made: date, shown: date, params: Params, moment: Moment) -> bool:
    """Whether it came too late, or before it was made: a contradiction a person must look at."""
    return shown < made or moment.calendar.add_workdays(made, params.workdays) < shown


def _answer(
    observation: Observation,
    article: Article,
    made: Dated,
    shown: Dated,
    imported: set[date],
    params: Params,
    moment: Moment,
) -> Hit | Unsure:
    first, last = made.value or date.min, shown.value or date.min
    case = _doubt(observation, article, made, shown, imported, params, moment)
    days = moment.calendar.workdays_between(first, last)
    due = moment.calendar.add_workdays(first, params.workdays)
    return (Unsure if case else Hit)(
        message_id=f"check.late_document.{case or 'late'}",
        params={
            "title": article.title,
            "made": first.isoformat(),
            "shown": last.isoformat(),
            "due": due.isoformat(),
            "days": days,
            "most": params.workdays,
        },
        evidence=(
            article.seen("document_page", f"{article.title} 成文日期：{made.raw} 发布日期：{shown.raw}"),
        ),
        locus=article.page.url,
        subject_name=article.title,
        url=article.page.url,
        measured=str(days),
        allowed=str(params.workdays),
    )


def _doubt(
    observation: Observation,
    article: Article,
    made: Dated,
    shown: Dated,
    imported: set[date],
    params: Params,
    moment: Moment,
) -> str | None:
    """Which case makes the lateness no proof, or None."""
    first, last = made.value or date.min, shown.value or date.min
    if last < first:
        return "contradiction"
    if last in imported:
        return "imported"
    row = earliest_row(article)
    if row is not None and row < last and not _is_late(first, max(row, first), params, moment):
        return "row_earlier"
    labelled = made.source is DateSource.LABEL and shown.source is DateSource.LABEL
    if not labelled or not article.published:
        return "not_labelled"
    if not all(moment.calendar.knows(date(year, 1, 1)) for year in range(first.year, last.year + 1)):
        return "estimated"
    if not is_own(observation, article):
        return "not_own"
    special = _OTHER_TERM.search(article.title) or _FROM_ANOTHER_DAY.search(article.page.text)
    return "other_term" if special else None


def _crowded_days(days: Iterable[date], most: int) -> set[date]:
    """Days on which more than `most` fall: the traces of an import."""
    counts: dict[date, int] = {}
    for day in days:
        counts[day] = counts.get(day, 0) + 1
    return {day for day, count in counts.items() if count > most}
