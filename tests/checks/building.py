"""Facts for the named cases of fixtures/checks, from the short forms they are written in."""

from datetime import date, datetime, timedelta
from typing import Any

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
    Visit,
)

HOME = "http://x.gov.cn/"


def an_item(text: str, order: int = 0) -> ListItem:
    """`2020-12-20 标题`, `2020-12-20@url 标题`, `2020-12-20~ 标题` (year inferred), `- 标题` (undated),
    `2031-12-20! 标题` (still to come when it was read)."""
    stamp, _, title = text.partition(" ")
    dated = Dated(reason="no_date_shown")
    if stamp.endswith("!"):
        dated = Dated(reason="future", raw=stamp[:-1], source=DateSource.ROW)
    elif stamp != "-":
        day, _, source = stamp.rstrip("~").partition("@")
        inferred = stamp.endswith("~")
        dated = Dated(
            value=date.fromisoformat(day),
            raw=day[5:] if inferred else day,
            source=DateSource(source or "row"),
            inferred_year=inferred,
        )
    page = title if title.endswith((".pdf", ".doc", ".xls")) else f"{title}.html"
    return ListItem(title=title, url=f"{HOME}t/{page}", dated=dated, order=order)


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
        url=fields.pop("url", f"{HOME}{fields['name']}/"),
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
        **{name: given[name] for name in ("menu", "forms", "build") if name in given},
    )


def a_date(text: str | date) -> Dated:
    """`2020-12-20`, `2020-12-20@meta`, `2020-12-20 15:30`; `2031-12-20!`: still to come when it was read;
    anything else: no date, for that reason."""
    day, _, source = str(text).partition("@")
    if day.endswith("!"):
        return Dated(reason="future", raw=day[:-1], source=DateSource(source or "label"))
    try:
        at = datetime.fromisoformat(day)
    except ValueError:
        return Dated(reason=str(text))
    timed = len(day) > 10
    return Dated(value=at.date(), at=at if timed else None, raw=day, source=DateSource(source or "label"))


def a_full_page(given: dict[str, Any], number: int) -> PageFacts:
    """Any page: fields of PageFacts as they are, dates and links in their short forms.

    `url` a path; `rows` like a column's; `links` `{url: path, anchor, relation, place}`; `marks` `{name: value}`;
    `text` may be a list of lines; `dated`, `document.*_on`, `messages[].asked/answered` as `a_date` reads them; `crumbs` names.
    """
    fields = dict(given)
    url = fields.pop("url", f"p{number}.html")
    url = url if "//" in url else f"{HOME}{url.lstrip('/')}"
    rows = tuple(an_item(text, order) for order, text in enumerate(fields.pop("rows", ())))
    links = []
    for link in fields.pop("links", ()):
        to = link.get("url", "")
        to = to if ":" in to else f"{HOME}{to.lstrip('/')}"
        links.append({"raw": to, "relation": "internal", **link, "url": to})
    links += [Link(url=row.url, raw=row.url, anchor=row.title, relation="internal") for row in rows]
    marks = {
        name: Mark(value=value, raw=value, source="text") for name, value in fields.pop("marks", {}).items()
    }
    document = fields.pop("document", None)
    if document is not None:
        document = {
            name: a_date(value) if name.endswith("_on") else value for name, value in document.items()
        }
    messages = [
        {name: a_date(value) if name in ("asked", "answered") else value for name, value in one.items()}
        for one in fields.pop("messages", ())
    ]
    attachments = [
        {"url": f"{HOME}f{n}", "suffix": one["name"].rpartition(".")[2], **one}
        for n, one in enumerate(fields.pop("attachments", ()))
    ]
    guide = [{"label": one["name"], **one} for one in fields.pop("guide", ())]
    text = fields.pop("text", "")
    text = text if isinstance(text, str) else "\n".join(text)
    own = {
        "snapshot_id": f"r1/{100 + number}",
        "url": url,
        "final_url": url,
        "purpose": Purpose.ARTICLE,
        "outcome": FetchOutcome.OK,
        "kind": PageKind.ARTICLE,
        "text": text,
        "text_length": len(text) or 600,
        "lists": ({"items": rows},) if rows else (),
        "links": tuple(links),
        "marks": SiteMarks(**marks),
        "document": document,
        "messages": tuple(messages),
        "attachments": tuple(attachments),
        "guide": tuple(guide),
        "crumbs": tuple(Crumb(name=name) for name in fields.pop("crumbs", ())),
    }
    if "dated" in fields:
        own["dated"] = a_date(fields.pop("dated"))
    if fields.get("stamped"):
        own["stamped"] = a_date(fields.pop("stamped"))
    return PageFacts.model_validate(own | fields)


def visits_of(given: list[dict[str, Any]], moment: Moment) -> tuple[Visit, ...]:
    """Groups of visits, each spread evenly over `hours` (a week) that end `until` hours (0) before the moment:
    `count`, `seen` (`200 ok`, `timeout unreachable`), `ms`, and whatever else a visit has."""
    found = []
    for group in given:
        fields = {"count": 1, "hours": 168, "until": 0, "seen": "200 ok", "ms": 800} | group
        count, hours, until = fields.pop("count"), fields.pop("hours"), fields.pop("until")
        seen, outcome = fields.pop("seen").split()
        status, cause = (int(seen), None) if seen.isdigit() else (None, seen)
        end = moment.as_of - timedelta(hours=until)
        for number in range(count):
            at = end - timedelta(hours=hours) * number / count
            visit = {"at": at, "outcome": outcome, "status": status, "cause": cause}
            visit |= {"site_key": "x", "url": HOME, "elapsed_ms": fields["ms"]}
            found.append(Visit.model_validate(visit | {k: v for k, v in fields.items() if k != "ms"}))
    return tuple(sorted(found, key=lambda one: one.at))


def an_observation(case: dict[str, Any], moment: Moment) -> Observation:
    pages = [a_page(case.get("home", {}))]
    pages += [a_full_page(page, number) for number, page in enumerate(case.get("pages", ()))]
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
    if "robots_refused" in case:
        coverage = coverage.model_copy(update={"robots_refused": tuple(case["robots_refused"])})
    dead = [
        {"url": url, "relation": "internal", "tries": ["404 gone", "404 gone"]}
        for url in case.get("dead", ())
    ]
    return Observation(
        links=tuple(a_link(link) for link in (*dead, *case.get("checked_links", ()))),
        site=Site.model_validate({"home": HOME, **case.get("site", {})}),
        hosts=tuple(case.get("hosts", ())),
        moment=moment,
        run_id="r1",
        pages=tuple(pages),
        columns=tuple(a_column(column) for column in case.get("columns", ())),
        coverage=coverage,
        visits=visits_of(case.get("visits", []), moment),
    )


def a_try(text: str | dict[str, Any], number: int, given: dict[str, Any]) -> Attempt:
    """`404 gone`, `timeout unreachable`: what was seen and its class. Then, in any order: `@24` hours after the first
    look (30 minutes after the one before unless told), `r2` the run, `browser`, `throttled`, `our_network`.
    Or all that and more: `{tried: 200 ok, begins: "%PDF", content_type, size, final_url, sha256, turned}`."""
    more: dict[str, Any] = {}
    if isinstance(text, dict):
        more = {name: value for name, value in text.items() if name not in ("tried", "begins")}
        if "begins" in text:
            more["leading"] = text["begins"].encode("latin-1")[:16].hex()
        text = text["tried"]
    seen, outcome, *marks = text.split()
    after = timedelta(minutes=30 * number)
    if given.get("same_instant"):
        after = timedelta()
    if given.get("one_fetch"):
        after = timedelta(seconds=5 * number)
    run = "r1"
    for mark in marks:
        if mark.startswith("@"):
            after = timedelta(hours=float(mark[1:]))
        elif mark == "browser":
            more["rendered"] = True
        elif mark in ("throttled", "our_network"):
            more["withdrawn"] = mark
        else:
            run = mark
    status, cause = (int(seen), None) if seen.isdigit() else (None, seen)
    return Attempt(
        **{
            "at": datetime(2021, 1, 13, 9, tzinfo=SHANGHAI) + after,
            "method": "GET",
            "outcome": FetchOutcome(outcome),
            "status": status,
            "cause": cause,
            "snapshot_id": f"{run}/9" if given.get("one_fetch") else f"{run}/{9 + number}",
            "elapsed_ms": 12,
            **more,
        }
    )


def a_link(given: dict[str, Any]) -> LinkCheck:
    attempts = [a_try(text, number, given) for number, text in enumerate(given.get("tries", ()))]
    parents = given.get("parents") or [f"{HOME}p{n}.html" for n in range(given.get("many_parents", 1))]
    return LinkCheck(
        url=given.get("url", f"{HOME}target.html"),
        relation=given["relation"],
        found_on=tuple(
            FoundOn(
                url=url,
                snapshot_id="r1/1",
                anchor=given.get("anchor", "详情"),
                home=given.get("on_home", False),
            )
            for url in parents
        ),
        attempts=tuple(attempts),
        **{name: given[name] for name in ("tls", "fragments", "not_asked") if name in given},
    )
