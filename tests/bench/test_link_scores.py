"""What programs say of planted links is read and scored as it stands."""

import pytest

from bench.accuracy_links import MARKERS, PAGES
from bench.auditing import Cost
from bench.link_peers import _BLC, _states, _valid_column
from bench.link_scores import Said, Scores, scored
from bench.link_tables import Column, block, faults_of, terminal
from bench.planted_process import Planted
from fixtures.planted import KINDS, Truth

HOME = "http://127.0.0.1:8000"
COST = Cost(12.0, 8.0, 200.0, 2, "")


def plant(number: int, kind: str, *, browser: bool = False, parents: tuple[str, ...] = ()) -> Planted:
    truth = next(one.truth for one in KINDS if one.name == kind)
    mark = f"8{number:06}"
    return Planted(mark, f"{HOME}/lsxx/t_{mark}.html", kind, truth, browser, parents)


DEAD, DOWN, ALIVE, DRAWN = plant(1, "gone_404"), plant(2, "down_500"), plant(3, "moved"), plant(4, "script_built", browser=True, parents=(f"{HOME}/sjkf/list0.html",))  # fmt: skip


def scores_of(said: Said) -> Scores:
    return scored((DEAD, DOWN, ALIVE, DRAWN), said)


def column(said: Said, *, browser: bool = True, failed: str | None = None) -> Column:
    return Column(
        "duwang", "1", scores_of(said), COST, {"GET": 7, "HEAD": 2}, ours=True, browser=browser, failed=failed
    )


def test_a_fault_counts_when_it_is_called_broken_and_one_that_can_only_be_suspected_when_it_is_asked_about() -> (
    None
):
    scores = scores_of(Said(broken=(DEAD.url,), asked=(DOWN.url,)))
    assert (scores.found, scores.planted_faults, scores.false, scores.precision) == (2, 3, 0, 1.0)
    assert scores_of(Said(broken=(), asked=(DEAD.url,))).found == 0


def test_an_innocent_link_and_a_page_nobody_planted_are_false_accusations() -> None:
    scores = scores_of(Said(broken=(DEAD.url, ALIVE.url, f"{HOME}/gzdt/")))
    assert scores.false == 2 and scores.unplanted == (f"{HOME}/gzdt/",)
    assert scores.precision == pytest.approx(1 / 3)
    assert scores_of(Said(broken=(), asked=(ALIVE.url,))).false == 0


def test_an_address_is_known_by_its_mark_however_a_program_spells_it() -> None:
    scores = scores_of(Said(broken=(f"{HOME}/lsxx/%74_8000001.html?w=%E9%80%9A#x",)))
    assert scores.kinds["gone_404"].broken == 1


def test_a_link_is_listed_as_unchecked_by_its_own_address_or_by_all_its_pages() -> None:
    assert scores_of(Said((), (), (DRAWN.parents[0],))).kinds["script_built"].unchecked == 1
    assert scores_of(Said((), (), (DRAWN.url,))).kinds["script_built"].unchecked == 1
    assert scores_of(Said(())).kinds["script_built"].unchecked == 0


RIGHT = Said((DEAD.url, DRAWN.url), (DOWN.url,))


@pytest.mark.parametrize(
    ("said", "browser", "wrong"),
    [
        (RIGHT, True, []),
        (Said((DEAD.url,), (DOWN.url,), (DRAWN.parents[0],)), False, []),
        (Said((DEAD.url,), (DOWN.url,), (DRAWN.parents[0],)), True, ["script_built: 1 not checked of 1"]),
        (Said((DEAD.url,), (DOWN.url,)), False, ["script_built: 0 of 1, must be listed"]),
        (RIGHT, False, ["script_built: 1 of 1, must be listed"]),
        (Said((DRAWN.url,), (DOWN.url, DEAD.url)), True, ["gone_404: 1 asked of 1"]),
        (Said((DEAD.url, DRAWN.url)), True, ["down_500: 0 of 1"]),
        (Said((*RIGHT.broken, ALIVE.url), RIGHT.asked), True, ["moved: 1 of 1"]),
        (Said((*RIGHT.broken, f"{HOME}/gzdt/"), RIGHT.asked), True, ["planted by nobody"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_audit_is_named(said: Said, browser: bool, wrong: list[str]) -> None:
    told = faults_of(column(said, browser=browser))
    assert len(told) == len(wrong) and all(part in line for part, line in zip(wrong, told, strict=True))


def test_tables_name_every_kind_and_tell_a_program_that_failed() -> None:
    columns = [column(RIGHT), column(Said(()), failed="exit code 1")]
    shown = terminal(columns)
    assert all(kind.name in shown for kind in KINDS)
    for language, head in (("en", "planted fault"), ("zh_CN", "埋设的毛病")):
        told = block(language, 300, 1, columns)
        assert head in told and "exit code 1" in told and "7 GET + 2 HEAD" in told
        rows = [line for line in told.splitlines() if line.startswith("| ")]
        assert all(
            any(line.startswith(f"| {kind.zh if language == 'zh_CN' else kind.en}") for line in rows)
            for kind in KINDS
        )


def test_answers_of_other_programs_are_read_as_they_write_them() -> None:
    told = "├─BROKEN─ http://h/a_8000001.html (HTTP_404)\n├───OK─── http://h/b.html\n└─BROKEN─ http://h/c.html (ERRNO_ECONNREFUSED)\n"
    assert _BLC.findall(told) == ["http://h/a_8000001.html", "http://h/c.html"]
    assert _states(
        '{"links": [{"url": "http://h/a", "state": "BROKEN"}, {"url": "http://h/b", "state": "OK"}]}'
    ) == ["http://h/a"]
    table = '# comment\nurlname;parentname;base;result;valid;url\n"a\nb";p;;404;False;http://h/a\nc;p;;200;True;http://h/c\nhttp:/x;p;;Error;False;\n'
    assert _valid_column(table) == ["http://h/a", "http:/x"]


def test_the_pages_that_tell_of_it_have_a_place_for_the_tables() -> None:
    for path in PAGES.values():
        text = path.read_text("utf-8")
        assert text.count(MARKERS[0]) == text.count(MARKERS[1]) == 1
        assert text.index(MARKERS[0]) < text.index(MARKERS[1])


def test_every_truth_has_kinds() -> None:
    assert {kind.truth for kind in KINDS} == set(Truth)
