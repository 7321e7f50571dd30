"""The parents of a target are the very same, however they are kept, and as quick to tell whether the home page is among them."""

import pickle

import pytest

from model import (
    FetchOutcome,
    FoundOn,
    Link,
    LinkCheck,
    LinkPlace,
    LinkRelation,
    PageFacts,
    PageKind,
    Purpose,
)
from model.lying import LyingLink, lying
from reading.parents import Book, Page, Parents, Shown

HOME = "http://www.qinghe.gov.cn/"
TARGET = f"{HOME}f.pdf"


def link(anchor: str = "附件", place: LinkPlace = LinkPlace.CONTENT, tag: str = "a") -> Link:
    return Link(
        url=TARGET, raw="f.pdf", anchor=anchor, relation=LinkRelation.ATTACHMENT, place=place, tag=tag
    )


def check(book: Book, parents: Parents) -> LinkCheck:
    told = {"url": TARGET, "relation": parents.relations[TARGET], "attempts": (), "fragments": ("a",), "tls": None, "not_asked": None}  # fmt: skip
    return lying(LyingLink, told, Shown(book, parents.pages[TARGET]))


def page(book: Book, name: str, *, home: bool = False) -> Page:
    facts = PageFacts(
        snapshot_id=f"R1/{name}", url=f"{HOME}{name}", final_url=f"{HOME}{name}", purpose=Purpose.COLUMN,
        outcome=FetchOutcome.OK, kind=PageKind.HOME if home else PageKind.LIST, title=f"页{name}",
    )  # fmt: skip
    return book.page(facts)


def found(name: str, anchor: str, *, home: bool = False, place: LinkPlace = LinkPlace.CONTENT) -> FoundOn:
    return FoundOn(
        url=f"{HOME}{name}",
        snapshot_id=f"R1/{name}",
        title=f"页{name}",
        anchor=anchor,
        place=place,
        home=home,
    )


@pytest.mark.parametrize("home", [True, False])
def test_parents_are_told_in_order_of_their_addresses(home: bool) -> None:
    book = Book()
    parents = Parents(lambda _: True, book)
    for name, anchor in (("c", "附件"), ("b", ""), ("d", "长" * 300)):
        parents.add(link(anchor), page(book, name, home=home and name == "c"))
    parents.add(link("再"), page(book, "b"))  # a page counts once, as it shows the link first …
    hidden = page(book, "a")
    parents.add(link("藏", LinkPlace.HIDDEN), hidden)
    parents.add(link("见"), hidden)  # … or where a visitor sees it
    book.close()
    wanted = (found("a", "见"), found("b", ""), found("c", "附件", home=home), found("d", "长" * 200))
    plain = LinkCheck(url=TARGET, relation=LinkRelation.ATTACHMENT, found_on=wanted, fragments=("a",))
    told = check(book, parents)
    assert told == plain and plain == told and told.found_on == wanted
    assert (told.anchor, told.on_home) == (plain.anchor, plain.on_home) == ("见", home)
    assert told.model_dump_json() == plain.model_dump_json()
    assert pickle.loads(pickle.dumps(told)) == plain  # noqa: S301 - our own bytes
    asked = told.model_copy(update={"not_asked": "acts"})
    assert asked == plain.model_copy(update={"not_asked": "acts"}) and asked.found_on == wanted
    fewer = told.model_copy(update={"found_on": wanted[3:]})
    assert (fewer.found_on, fewer.anchor, fewer.on_home) == (wanted[3:], "长" * 200, False)


def test_a_link_nobody_calls_by_a_name_has_no_words() -> None:
    book = Book()
    parents = Parents(lambda _: True, book)
    parents.add(link("", tag="form"), page(book, "a"))
    assert check(book, parents).anchor == "" and not parents.followed
