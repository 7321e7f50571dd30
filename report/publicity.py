"""公示与公布 The page on which an assessment's result is published: self-contained, for a website, a phone and A4 paper.

It carries the digest of the frozen result, so that what a website shows can be held against it.
"""

from datetime import date
from functools import partial

from model import Frozen, ResultKind
from report.figures import minute_text
from report.messages import Messages
from report.paper import environment
from report.ranking import Ranking, figure, ranking_table, veto_text


class PublicityView(Frozen):
    """公示内容 `on`: the first day the page is up; `until`: the last day for objections, `workdays` after it (None: of
    a final result); `stays`: the last day it is up, where the plan says so. `estimated`: no holiday notice covers the
    term yet. `packs`: titles of the packs, with how many units each is for. `rescaled`: full mark of the host scheme
    and of the pack. `suspected`: units with a veto that nobody has confirmed; a page accuses none of them by name.
    """

    ranking: Ranking
    organiser: str
    contact: str | None = None
    document: str | None = None
    starts: date
    ends: date
    on: date
    until: date | None = None
    stays: date | None = None
    workdays: int = 0
    estimated: bool = False
    packs: tuple[tuple[str, int], ...] = ()
    rescaled: tuple[str, str] | None = None
    suspected: int = 0


def render_publicity(view: PublicityView, messages: Messages) -> bytes:
    """公示页 The whole page as UTF-8. No script, nothing loaded from elsewhere."""
    ranking = view.ranking
    heads, groups = ranking_table(ranking, messages)
    page = environment(messages).get_template("publicity.html.j2")
    return page.render(
        view=view,
        ranking=ranking,
        day=partial(day_words, messages),
        draft=ranking.kind is ResultKind.DRAFT,
        title=messages.text(f"publicity.title.{ranking.kind}", title=ranking.title),
        heads=heads,
        groups=groups,
        as_of=minute_text(ranking.as_of),
        changed=[
            (row, figure(row.first.score) or "–", figure(row.now.score) or "–")
            for row in ranking.rows
            if row.first is not None and row.changed
        ],
        vetoed=[(row.now.unit, veto_text(row, messages)) for row in ranking.rows if row.vetoes],
        undecided=sum(row.now.undecided for row in ranking.rows),
        unscored=[row.now.unit for row in ranking.rows if row.now.score is None],
    ).encode()


def day_words(messages: Messages, day: date) -> str:
    """日期文字 2021年9月30日, as documents have it."""
    return messages.text("publicity.day", y=day.year, m=day.month, d=day.day)
