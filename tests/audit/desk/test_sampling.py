"""How many are drawn, how strata share them, which they are: by the figures of the documents, and over a thousand draws."""

import subprocess
import sys
from collections import Counter
from decimal import Decimal
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.desk.interval import failing
from audit.desk.sampling import allocate, choose, ranked, repeat_limit, rooms, sample_size
from model import Fault, RepeatReading

SHARE, REPEATS = Decimal("0.15"), Decimal("0.1")


@pytest.mark.parametrize(
    ("sites", "size", "limit", "needed"),
    [
        (7, 2, 0, {"within": (4, 4), "last": (6, 4), "both": (8, 8)}),
        (133, 20, 2, {"within": (38, 38), "last": (58, 38), "both": (78, 74)}),
        (200, 30, 3, {"within": (57, 57), "last": (87, 57), "both": (117, 111)}),
        (767, 116, 11, {"within": (221, 221), "last": (337, 221), "both": (453, 431)}),
    ],
)
def test_sizes_limits_and_room_of_the_documents(
    sites: int, size: int, limit: int, needed: dict[str, tuple[int, int]]
) -> None:
    assert sample_size(SHARE, sites) == size
    assert repeat_limit(REPEATS, size) == limit
    assert {one.reading.value: (one.always, one.least) for one in rooms(size, limit)} == needed


def test_six_sites_may_not_repeat_and_shares_are_exact() -> None:
    assert repeat_limit(REPEATS, 6) == 0
    # as a binary fraction 0.07 × 300 is more than 21 and 0.29 × 100 less than 29
    assert (sample_size(Decimal("0.07"), 300), repeat_limit(Decimal("0.29"), 100)) == (21, 29)


def test_the_order_is_that_of_plain_hashes() -> None:
    # printf '7\na' | sha256sum, and so on
    assert ranked("7", ["a", "b", "c", "d"]) == sorted(
        "abcd", key=lambda key: subprocess.check_output(["/usr/bin/sha256sum"], input=f"7\n{key}".encode())
    )


def test_strata_share_by_the_largest_remainders() -> None:
    assert allocate(30, {"甲": 40, "乙": 100, "丙": 60}) == {"丙": 9, "乙": 15, "甲": 6}
    assert allocate(10, {"a": 33, "b": 33, "c": 34}) == {"a": 3, "b": 3, "c": 4}
    # equal remainders: the larger stratum, then by name
    assert allocate(5, {"b": 25, "a": 25, "c": 50}) == {"a": 1, "b": 1, "c": 3}
    assert allocate(3, {"b": 10, "a": 10}) == {"a": 2, "b": 1}


def test_no_stratum_is_left_out_when_there_are_places() -> None:
    assert allocate(4, {"a": 97, "b": 1, "c": 1, "d": 1}) == {"a": 1, "b": 1, "c": 1, "d": 1}
    # once the small ones have their places, what was just enough is small as well
    assert allocate(4, {"a": 60, "b": 25, "c": 14, "d": 1}) == {"a": 1, "b": 1, "c": 1, "d": 1}
    assert allocate(10, {"a": 80, "b": 10, "c": 9, "d": 1}) == {"a": 7, "b": 1, "c": 1, "d": 1}
    # fewer places than strata: nobody is sure of one
    assert allocate(2, {"a": 5, "b": 5, "c": 5}) == {"a": 1, "b": 1, "c": 0}


@given(
    st.dictionaries(st.text("甲乙ab", max_size=3), st.integers(1, 400), min_size=1, max_size=12), st.data()
)
@settings(max_examples=100)
def test_allocation_fills_the_draw_and_no_stratum_beyond_its_sites(
    strata: dict[str, int], data: st.DataObject
) -> None:
    size = data.draw(st.integers(1, sum(strata.values())))
    found = allocate(size, strata)
    assert sum(found.values()) == size and found.keys() == strata.keys()
    assert all(found[name] <= sites for name, sites in strata.items())
    if size >= len(strata):
        assert min(found.values()) >= 1
    assert found == allocate(size, dict(reversed(strata.items())))


def _quarters(sites: int, seeds: list[str], strata: int) -> None:
    """Two draws a quarter, one quarter after another, each looked at by counting."""
    keys = {f"site{place:03}": f"s{place % strata}" for place in range(sites)}
    size, limit = sample_size(SHARE, sites), repeat_limit(REPEATS, sample_size(SHARE, sites))
    wanted = allocate(size, Counter(keys.values()))
    last: set[str] = set()
    for place in range(0, len(seeds), 2):
        within: set[str] = set()
        for seed in seeds[place : place + 2]:
            found = choose(keys, wanted, within | last, limit, seed)
            assert len(found) == len(set(found)) == size
            assert Counter(keys[key] for key in found) == Counter(wanted)
            assert len(within.intersection(found)) <= limit and len(last.intersection(found)) <= limit
            assert found == sorted(found, key=ranked(seed, keys).index)
            within.update(found)
        # however it is reckoned: of the quarter's sites counted once, no more than a tenth come from the quarter before
        assert Fraction(len(within & last), len(within)) <= Fraction(REPEATS)
        last = within


@given(
    st.sampled_from((20, 133, 200)),
    st.integers(1, 5),
    st.lists(st.text("种子01ab", max_size=8), min_size=20, max_size=20),
)
@settings(max_examples=50, deadline=None)
def test_a_thousand_draws_keep_sizes_and_limits(sites: int, strata: int, seeds: list[str]) -> None:
    _quarters(sites, seeds, strata)


def test_the_whole_country_of_767_keeps_them_too() -> None:
    _quarters(767, [str(seed) for seed in range(8)], 13)


def test_repeats_are_drawn_like_others_while_the_limit_lasts() -> None:
    keys = dict.fromkeys(ranked("s", map(str, range(20))), "")
    first = list(keys)
    assert choose(keys, {"": 4}, set(), 0, "s") == first[:4]
    assert choose(keys, {"": 4}, {first[0], first[2], first[3]}, 1, "s") == [first[0], first[1], *first[4:6]]
    assert choose(keys, {"": 4}, {first[0], first[2]}, 0, "s") == [first[1], *first[3:6]]


def test_repeats_are_kept_back_for_strata_that_need_them() -> None:
    """Stratum b has one fresh site of two wanted: the only repeat there may be is b's, however low a's rank."""
    order = ranked("s", map(str, range(6)))
    keys = dict(zip(order, "aaabbb", strict=True))
    barred = {order[0], order[3], order[4]}
    assert choose(keys, {"a": 2, "b": 2}, barred, 1, "s") == [order[1], order[2], order[3], order[5]]
    assert choose(keys, {"a": 2, "b": 2}, barred, 2, "s") == [order[0], order[1], order[3], order[5]]
    with pytest.raises(Fault) as fault:
        choose(keys, {"a": 2, "b": 2}, barred, 0, "s")
    assert fault.value.message_id == "fault.draw_impossible_strata" and fault.value.params["names"] == "b 2>1"


def test_an_impossible_draw_is_refused_with_its_figures() -> None:
    keys = dict.fromkeys("abcdefg", "")
    with pytest.raises(Fault) as fault:
        choose(keys, {"": 2}, set("abcdef"), 0, "s")
    assert fault.value.message_id == "fault.draw_impossible" and fault.value.exit_code == 3
    assert fault.value.params == {"size": 2, "sites": 7, "fresh": 1, "barred": 6, "limit": 0, "lacking": 1}
    assert rooms(2, 0)[2].reading is RepeatReading.BOTH and rooms(2, 0)[2].least == 8 > len(keys)


def test_the_interval_by_hand() -> None:
    # 7 sites, 2 drawn, none fails: with 5 failing the chance is C(2,2)/C(7,2) = 1/21 > 2.5 %, with 6 it is none
    assert failing(7, 2, 0) == (0, 5)
    assert failing(7, 2, 2) == (2, 7)
    # 10 sites, 5 drawn, 1 fails. K=1: at least one with 1/2. K=7: C(7,1)·C(3,4) impossible; K=6: 6·1/252 = 0.0238 < 2.5 %
    # K=5: (1 + 5·5)/252 = 0.103
    assert failing(10, 5, 1) == (1, 5)
    # 20 sites, 4 drawn, 4 fail: K=8: C(8,4)/C(20,4) = 70/4845 = 0.0144; K=9: 126/4845 = 0.0260
    assert failing(20, 4, 4) == (9, 20)
    assert failing(30, 30, 12) == (12, 12)  # all were looked at
    assert failing(1, 1, 0) == (0, 0)


def test_whom_nobody_saw_widens_the_interval_both_ways() -> None:
    assert failing(200, 30, 3) == (6, 50)
    assert failing(200, 30, 3, undecided=5) == (failing(200, 30, 3).low, failing(200, 30, 8).high)
    assert failing(10, 4, 0, undecided=4) == (0, 10)
    for wrong in ((10, 11, 0, 0), (10, 5, 6, 0), (10, 5, 3, 3), (10, 5, -1, 0)):
        with pytest.raises(ValueError, match="of"):
            failing(*wrong)


@given(st.integers(1, 24), st.data())
@settings(max_examples=60, deadline=None)
def test_the_interval_covers_as_often_as_it_says(sites: int, data: st.DataObject) -> None:
    """For every true number of failing sites the chances of all outcomes whose interval misses it are at most 5 %."""
    size = data.draw(st.integers(1, sites))
    true = data.draw(st.integers(0, sites))
    missed = Fraction(0)
    for seen in range(max(0, size - sites + true), min(size, true) + 1):
        low, high = failing(sites, size, seen)
        if not low <= true <= high:
            missed += Fraction(comb(true, seen) * comb(sites - true, size - seen), comb(sites, size))
    assert missed <= Fraction(5, 100)


def test_another_interpreter_draws_the_same() -> None:
    program = (
        "from audit.desk.sampling import allocate, choose\n"
        "keys = {f'站{n}': '甲乙丙'[n % 3] for n in range(200)}\n"
        "wanted = allocate(30, {'甲': 67, '乙': 67, '丙': 66})\n"
        "print(wanted, choose(keys, wanted, {f'站{n}' for n in range(0, 200, 4)}, 3, '种子'))\n"
    )
    told = {
        subprocess.check_output(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ".", "PYTHONUTF8": "1"},
        )
        for seed in ("1", "2")
    }
    assert len(told) == 1
