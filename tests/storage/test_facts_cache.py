"""The facts cache remembers, or remembers nothing: it never fails anybody and never touches another's file."""

import multiprocessing
import os
import sqlite3
from pathlib import Path

import pytest

from storage import FactsCache, Kept


def kept(number: int, size: int = 10) -> Kept:
    return Kept(os.urandom(size).hex().encode(), True, number)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "facts.sqlite3"


def test_what_was_put_comes_back_and_is_replaced(file: Path) -> None:
    cache = FactsCache(file)
    entries = {number.to_bytes(32, "big"): kept(number) for number in range(1000)}
    cache.put(entries)
    cache.close()
    again = FactsCache(file)
    assert again.get(entries) == entries and again.get([b"unknown"]) == {}
    key = next(iter(entries))
    again.put({key: Kept(b"newer", False, 7)})
    assert again.get([key]) == {key: Kept(b"newer", False, 7)}
    again.close()


def test_a_damaged_file_is_begun_anew(file: Path) -> None:
    first = FactsCache(file)
    first.put({b"a": kept(1)})
    first.close()
    size = file.stat().st_size
    for name in file.parent.iterdir():
        name.write_bytes(b"\xff" * size)
    cache = FactsCache(file)
    assert cache.get([b"a"]) == {}
    cache.put({b"a": kept(2)})
    assert set(cache.get([b"a"])) == {b"a"}
    cache.close()


def test_another_database_of_that_name_is_left_alone(file: Path) -> None:
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE facts (own TEXT)")
    other.close()
    before = file.read_bytes()
    cache = FactsCache(file)
    cache.put({b"a": kept(1)})
    assert cache.get([b"a"]) == {}
    cache.close()
    assert file.read_bytes() == before


def test_a_place_that_cannot_be_written_remembers_nothing(tmp_path: Path) -> None:
    cache = FactsCache(tmp_path / "no such folder" / "facts.sqlite3")
    cache.put({b"a": kept(1)})
    assert cache.get([b"a"]) == {}
    cache.close()


def test_the_last_room_of_a_disk_is_the_archives(file: Path) -> None:
    full, roomy = FactsCache(file, spare_bytes=2**62), FactsCache(file, spare_bytes=0)
    full.put({b"a": kept(1)})
    assert full.get([b"a"]) == {}
    roomy.put({b"a": kept(1)})
    assert full.get([b"a"]) == roomy.get([b"a"]) != {}
    full.close()
    roomy.close()


def test_what_was_not_asked_for_longest_goes_first(file: Path) -> None:
    cache = FactsCache(file, most_bytes=500_000)
    old = {b"old%d" % number: kept(number, 500) for number in range(100)}
    cache.put(old)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE facts SET used = used - 30")
    connection.close()
    wanted = sorted(old)[:20]
    assert len(cache.get(wanted)) == 20
    for number in range(6):
        cache.put({b"new%d-%d" % (number, one): kept(one, 500) for one in range(50)})
    left = cache.get(old)
    assert set(wanted) <= set(left) and len(left) < 100, "those that were used lately stay longer"
    assert file.stat().st_size < 1_500_000
    cache.close()


def _work(file: Path, number: int) -> None:
    cache = FactsCache(file)
    for one in range(20):
        cache.put({b"%d-%d" % (number, one): kept(one)})
        cache.get([b"%d-%d" % (other, one) for other in range(3)])
    cache.close()


def test_several_processes_share_it(file: Path) -> None:
    first = FactsCache(file)
    first.put({b"first": kept(0)})
    first.close()
    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=_work, args=(file, number)) for number in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    cache = FactsCache(file)
    keys = [b"%d-%d" % (number, one) for number in range(3) for one in range(20)]
    assert len(cache.get(keys)) == 60 and {worker.exitcode for worker in workers} == {0}
    cache.close()


def test_glances_come_one_by_one_and_a_damaged_file_has_none(file: Path) -> None:
    cache = FactsCache(file)
    assert cache.glances([b"a"]) == {}
    cache.put({b"a": kept(1)._replace(glance=b"{}"), b"b": kept(2)})
    assert cache.glances([b"a", b"b", b"c"]) == {b"a": Kept(b"", True, 1, b"", b"{}")}
    cache.put({b"b": kept(3)._replace(glance=b"[]")})
    assert set(cache.glances([b"b"])) == {b"b"}, "what was kept since is seen"
    cache.close()
    for name in file.parent.iterdir():
        name.write_bytes(b"\xff" * 9000)
    again = FactsCache(file)
    assert again.glances([b"a"]) == {}
    again.put({b"a": kept(4)._replace(glance=b"{}")})
    assert set(again.glances([b"a"])) == {b"a"}
    again.close()


def test_a_file_that_is_damaged_while_it_is_open(file: Path) -> None:
    cache = FactsCache(file)
    cache.put({b"a": kept(1)._replace(glance=b"{}")})
    assert set(cache.glances([b"a"])) == {b"a"}
    with sqlite3.connect(file) as other:
        other.execute("DROP TABLE facts")
    other.close()
    assert cache.glances([b"a"]) == {} == cache.glances([b"a"])
    cache.close()
