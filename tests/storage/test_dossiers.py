"""Dossiers grow at their ends, whole or not at all; what was entered is read back as it was and its chain holds."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from pydantic import ValidationError

from model import NOTHING_BEFORE, Draft, EntryKind, Fault, SelfScore, body_of
from storage import Store
from tests.storage.conftest import Place
from tests.storage.nouns import NOW


def draft(subject: str = "财政局", **body: object) -> Draft:
    return Draft(kind=EntryKind.FILED, at=NOW, by="王芳", subject=subject, body=body)


def test_entries_are_read_back_in_order_and_each_holds_the_one_before(store: Store) -> None:
    made = store.enter("assessment:a", [draft(n=1), draft("教育局", n=2)], NOW)
    made += store.enter("assessment:a", [draft(n=3)], NOW + timedelta(microseconds=1))
    store.enter("assessment:b", [draft()], NOW)
    kept = store.entries("assessment:a")
    assert kept == made and [one.number for one in kept] == [1, 2, 3]
    assert [one.before for one in kept] == [NOTHING_BEFORE, kept[0].digest, kept[1].digest]
    assert all(one.digest == one.reckoned() for one in kept)
    assert store.dossiers() == ["assessment:a", "assessment:b"]


def test_entries_are_found_by_kind_and_subject(store: Store) -> None:
    store.enter("d", [draft(), draft("教育局")], NOW)
    store.enter("d", [Draft(kind=EntryKind.NOTICE, at=NOW, by="王芳", subject="财政局")], NOW)
    assert [one.number for one in store.entries("d", subject="财政局")] == [1, 3]
    assert [one.number for one in store.entries("d", [EntryKind.FILED])] == [1, 2]


def test_what_no_database_holds_is_cleaned_before_it_is_chained(store: Store) -> None:
    store.enter("d", [draft("甲\x00乙", words=["\ud800", {"\x00": None}], share=0.1)], NOW)
    (kept,) = store.entries("d")
    assert kept.subject == "甲\ufffd乙" and kept.body == {"words": ["\ufffd", {"\ufffd": None}], "share": 0.1}
    assert kept.digest == kept.reckoned()


def test_any_other_zone_is_the_same_moment(store: Store) -> None:
    (made,) = store.enter("d", [draft().model_copy(update={"at": datetime(2026, 11, 21, tzinfo=UTC)})], NOW)
    assert store.entries("d")[0].reckoned() == made.digest


def test_whoever_did_not_see_the_last_entry_enters_nothing(store: Store) -> None:
    store.enter("d", [draft()], NOW, after=0)
    with pytest.raises(Fault, match="dossier_overtaken"):
        store.enter("d", [draft(), draft()], NOW, after=0)
    assert len(store.entries("d")) == 1
    store.enter("d", [draft()], NOW, after=1)


def test_many_at_once_lose_nothing_and_break_no_chain(place: Place) -> None:
    stores = [place.again() for _ in range(4)]

    def ten(store: Store) -> None:
        for n in range(10):
            while True:
                try:
                    store.enter("d", [draft(n=n), draft(n=n)], NOW)
                    break
                except Fault as fault:
                    assert fault.message_id == "fault.dossier_overtaken"

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ten, stores))
    kept = stores[0].entries("d")
    assert [one.number for one in kept] == list(range(1, 81))
    assert all(one.before == last.digest for last, one in pairwise(kept))


def test_a_paper_is_known_by_its_bytes(store: Store) -> None:
    content = bytes(range(256))
    first, again = store.keep_paper("自查报告.docx", content, NOW), store.keep_paper("b.docx", content, NOW)
    assert first.sha256 == again.sha256 and first.size == 256 and again.name == "b.docx"
    assert store.paper(first.sha256) == content
    with pytest.raises(Fault, match="paper_unknown"):
        store.paper("0" * 64)


def test_what_could_never_be_read_again_is_no_body() -> None:
    told = SelfScore(unit="财政局", score=Decimal(90), on=NOW.date(), reason="")
    assert SelfScore.model_validate(body_of(told)) == told
    with pytest.raises(ValidationError):
        body_of(told.model_copy(update={"because": "长" * 1001}))
