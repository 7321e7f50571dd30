"""回收 Within the block the collector looks round seldom, and afterwards as before, however it was left."""

import gc
import weakref
from typing import Any

import pytest

from audit.collector import CRAWLING, SELDOM, collected_beside, collected_seldom
from model import FoundOn, LinkPlace
from model.frozen import made


def test_the_collector_is_as_it_was_when_the_last_has_left() -> None:
    before = gc.get_threshold()
    with collected_seldom():
        with collected_seldom():
            assert gc.get_threshold() == SELDOM
        assert gc.get_threshold() == SELDOM
    assert gc.get_threshold() == before


def test_it_is_as_it_was_after_an_error_too() -> None:
    before = gc.get_threshold()
    with pytest.raises(RuntimeError), collected_seldom():
        raise RuntimeError
    assert gc.get_threshold() == before


def test_blocks_of_two_threads_need_not_end_in_the_order_of_their_beginnings() -> None:
    before = gc.get_threshold()
    first, second = collected_seldom(), collected_seldom()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert gc.get_threshold() == SELDOM
    second.__exit__(None, None, None)
    assert gc.get_threshold() == before


def test_what_was_there_before_a_crawl_is_put_by_until_the_last_crawl_is_over() -> None:
    before, threshold = gc.get_freeze_count(), gc.get_threshold()
    with collected_beside():
        put_by = gc.get_freeze_count()
        assert put_by > before + 1_000 and gc.get_threshold() == CRAWLING
        with collected_beside():
            pass
        assert gc.get_freeze_count() > put_by / 2, "some of it may be let go meanwhile"
    assert (gc.get_freeze_count(), gc.get_threshold()) == (0, threshold)


def test_rings_that_a_crawl_makes_are_still_found() -> None:
    class Ring:
        def __init__(self) -> None:
            self.own = self

    with collected_beside():
        gone = weakref.ref(Ring())
        made = [{} for _ in range(2 * CRAWLING[0])]  # what is looked through is counted in things made
        assert gone() is None and made


def test_objects_that_only_hold_each_other_are_still_found() -> None:
    with collected_seldom():
        generations = [one["collections"] for one in gc.get_stats()]
        for _ in range(2 * SELDOM[0]):
            ring: list[object] = []
            ring.append(ring)
        assert gc.get_stats()[0]["collections"] > generations[0]


def test_what_is_made_of_known_parts_needs_no_dictionary_of_its_own() -> None:
    """Of a large site there are a hundred thousand of them; one dictionary each is more than all the rest."""
    told: dict[str, Any] = {
        "url": "http://a/",
        "snapshot_id": "1",
        "title": "",
        "anchor": "",
        "place": LinkPlace.LIST,
        "home": False,
    }
    parent = made(FoundOn, told)

    assert not any(isinstance(held, dict) for held in gc.get_referents(parent))
    assert parent == FoundOn(**told)
