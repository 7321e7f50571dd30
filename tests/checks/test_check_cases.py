"""Every named case of fixtures/checks: what each check answers, word for word where it matters."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

import checks
from model import (
    SHANGHAI,
    Attempt,
    Column,
    ColumnForm,
    Coverage,
    Crumb,
    Dated,
    DateSource,
    FetchOutcome,
    FoundOn,
    Hit,
    ItemList,
    LeftOver,
    Link,
    LinkCheck,
    LinkRelation,
    ListItem,
    Mark,
    Moment,
    Observation,
    PageFacts,
    PageKind,
    Purpose,
    Rank,
    Site,
    SiteMarks,
    StopReason,
    Unsure,
)
from report.messages import Messages
from report.text import label

FOLDER = Path(__file__).parents[2] / "fixtures" / "checks"
HOME = "http://x.gov.cn/"


def load() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    for path in sorted(FOLDER.glob("*.yaml")):
        cases = yaml.safe_load(path.read_text("utf-8"))
        for outcome in ("pass", "fail", "unsure"):
            for name, case in cases[outcome].items():
                yield cases["check"], outcome, name, case


CASES = list(load())


def an_item(text: str, order: int = 0) -> ListItem:
    """`2020-12-20 标题`, `2020-12-20@url 标题`, `2020-12-20~ 标题` (year inferred), `- 标题` (undated)."""
    stamp, _, title = text.partition(" ")
    dated = Dated(reason="no_date_shown")
    if stamp != "-":
        day, _, source = stamp.rstrip("~").partition("@")
        inferred = stamp.endswith("~")
        dated = Dated(
            value=date.fromisoformat(day),
            raw=day[5:] if inferred else day,
            source=DateSource(source or "row"),
            inferred_year=inferred,
        )
    return ListItem(title=title, url=f"{HOME}t/{title}.html", dated=dated, order=order)


def a_column(given: Any) -> Column:
    if isinstance(given, str):
        name, _, kind = given.partition(":")
        given = {"name": name, "kind": kind}
    fields: dict[str, Any] = {"form": "list", "items": [], "pages_read": 1, "complete": False} | given
    if fields.get("unread"):
        fields["items"] = None
        fields["form"] = "unknown"
    items = fields.pop("items")
    pinned = fields.pop("pinned", False)
    if "elsewhere" in fields:
        fields["elsewhere"] = an_item(fields["elsewhere"])
    rows = [
        an_item(text, order).model_copy(update={"pinned": pinned}) for order, text in enumerate(items or ())
    ]
    return Column(
        key=fields["name"],
        url=f"{HOME}{fields['name']}/",
        items=None if items is None else tuple(rows),
        snapshot_ids=() if fields["form"] == "unknown" else ("r1/7",),
        **{name: ColumnForm(value) if name == "form" else value for name, value in fields.items()},
    )


def a_page(given: dict[str, Any], url: str = HOME, kind: PageKind = PageKind.HOME) -> PageFacts:
    rows = tuple(an_item(text, order) for order, text in enumerate(given.get("rows", ())))
    links = [Link(url=row.url, raw=row.url, anchor=row.title, relation="internal") for row in rows]
    links += [Link(**({"url": "javascript:;", "raw": ""} | link)) for link in given.get("links", ())]
    links += [
        Link(url=f"{HOME}e{n}/", raw=f"/e{n}/", anchor=f"第{n}项", relation=LinkRelation.INTERNAL)
        for n in range(given.get("entries", 3))
    ]
    links += [
        Link(url=f"{HOME}{n}.js", raw=f"{n}.js", relation=LinkRelation.STYLE, tag="script")
        for n in range(given.get("scripts", 0))
    ]
    marks = {
        name: Mark(value=value, raw=value, source="text") for name, value in given.get("marks", {}).items()
    }
    return PageFacts(
        snapshot_id="r1/1" if kind is PageKind.HOME else "r1/2",
        url=url,
        final_url=url,
        purpose=Purpose.HOME if kind is PageKind.HOME else Purpose.ARTICLE,
        outcome=FetchOutcome(given.get("outcome", "ok")),
        kind=kind,
        rendered=given.get("rendered", False),
        shell=given.get("shell"),
        text_length=given.get("text_length", 600),
        lists=(ItemList(items=rows),) if rows else (),
        links=tuple(links),
        crumbs=tuple(Crumb(name=name) for name in given.get("crumbs", ())),
        marks=SiteMarks(**marks),
    )


def an_observation(case: dict[str, Any], moment: Moment) -> Observation:
    pages = [a_page(case.get("home", {}))]
    if "inner" in case:
        pages.append(a_page(case["inner"], f"{HOME}inner.html", PageKind.ARTICLE))
    for text in case.get("articles", ()):
        item = an_item(text)
        page = a_page({}, item.url, PageKind.ARTICLE)
        pages.append(page.model_copy(update={"dated": item.dated, "title": item.title}))
    coverage = Coverage()
    if "left" in case:
        left = LeftOver(rank=Rank[case["left"].upper()], reason="max_pages", count=3)
        coverage = Coverage(left=(left,), stop=StopReason.MAX_PAGES)
    if "stop" in case:
        coverage = Coverage(stop=StopReason(case["stop"]))
    dead = [
        {"url": url, "relation": "internal", "tries": ["404 gone", "404 gone"]}
        for url in case.get("dead", ())
    ]
    return Observation(
        links=tuple(a_link(link) for link in dead),
        site=Site(home=HOME),
        moment=moment,
        run_id="r1",
        pages=tuple(pages),
        columns=tuple(a_column(column) for column in case.get("columns", ())),
        coverage=coverage,
    )


def a_link(given: dict[str, Any]) -> LinkCheck:
    start = datetime(2021, 1, 13, 9, tzinfo=SHANGHAI)
    attempts = []
    for number, text in enumerate(given.get("tries", ())):
        seen, outcome = text.split()
        at = start + timedelta(minutes=0 if given.get("same_instant") else 30 * number)
        status, cause = (int(seen), None) if seen.isdigit() else (None, seen)
        attempts.append(
            Attempt(
                at=at,
                method="GET",
                outcome=FetchOutcome(outcome),
                status=status,
                cause=cause,
                snapshot_id="r1/9",
            )
        )
    parents = given.get("parents") or [f"{HOME}p{n}.html" for n in range(given.get("many_parents", 1))]
    return LinkCheck(
        url=given.get("url", f"{HOME}target.html"),
        relation=given["relation"],
        found_on=tuple(
            FoundOn(url=url, snapshot_id="r1/1", anchor=given.get("anchor", "详情")) for url in parents
        ),
        attempts=tuple(attempts),
    )


def answers(check: str, case: dict[str, Any]) -> list[Hit]:
    module = checks.ALL[check]
    moment = Moment(as_of=datetime.fromisoformat(case.get("at", "2021-01-13")))
    subject: Any
    if "column" in case:
        subject = a_column(case["column"])
    elif "link" in case:
        subject = a_link(case["link"])
    else:
        subject = an_observation(case, moment)
    return list(module.judge(subject, module.Params.model_validate(case.get("params", {})), moment))


@pytest.mark.parametrize(
    ("check", "outcome", "case"),
    [
        pytest.param(check, outcome, case, id=f"{check}-{outcome}-{name}")
        for check, outcome, name, case in CASES
    ],
)
def test_case(check: str, outcome: str, case: dict[str, Any]) -> None:
    found = answers(check, case)
    if outcome == "pass":
        assert found == []
        return
    assert len(found) == 1
    hit = found[0]
    assert isinstance(hit, Unsure) == (outcome == "unsure")
    said = {
        "case": hit.message_id.removeprefix(f"check.{check}."),
        "newest": hit.newest.isoformat() if hit.newest else None,
        "overdue_days": hit.overdue_days,
        "measured": hit.measured,
        "allowed": hit.allowed,
        "locus": hit.locus,
        "parents": list(hit.parents),
        "parent_count": len(hit.parents),
        "evidence_count": len(hit.evidence),
        "seen": hit.params.get("seen"),
        "shows": hit.evidence[0].shows if hit.evidence else None,
    }
    expected = dict(case["says"])
    quote = expected.pop("quote", None)
    words = {"zh_CN": expected.pop("text_zh", ""), "en": expected.pop("text_en", "")}
    assert {name: said[name] for name in expected} == expected
    if quote is not None:
        assert any(quote in evidence.quote for evidence in hit.evidence), [
            found.quote for found in hit.evidence
        ]
    for language in ("zh_CN", "en"):
        messages = Messages(language)
        params = {name: label(messages, name, value) for name, value in hit.params.items()}
        text = messages.text(hit.message_id, **params)
        assert words[language] in text
        assert messages.has(hit.message_id)
        assert "{" not in text and "“”" not in text
        assert all(messages.has(f"evidence.{evidence.shows}") for evidence in hit.evidence)


@pytest.mark.parametrize("check", sorted(checks.ALL))
def test_every_check_has_cases_of_each_outcome(check: str) -> None:
    for outcome in ("pass", "fail", "unsure"):
        assert len([1 for name, kind, _, _ in CASES if (name, kind) == (check, outcome)]) >= 3


def test_every_accusing_case_says_which_words_it_expects() -> None:
    assert not [
        name for _, outcome, name, case in CASES if outcome != "pass" and "case" not in case.get("says", {})
    ]


def test_every_message_of_a_check_is_reached_by_a_case() -> None:
    reached = {
        f"check.{check}.{case['says']['case']}" for check, outcome, _, case in CASES if outcome != "pass"
    }
    from report.messages import catalogue

    assert {name for name in catalogue("zh_CN") if name.startswith("check.")} == reached
