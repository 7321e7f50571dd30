"""In every mode doubt is a range that resolving it never leaves, and nothing costs points but what failed."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.judge import judge
from audit.score import score
from model import Outcome, RulePack, Score, Verdict
from tests.audit.ground import CHECKS, column, observation
from tests.audit.ground import pack as small_pack
from tests.audit.marking import BANDS, F, U, ends, fields, load, verdict, verdicts

D = Decimal
STEPS = [{"at_most": 0, "keeps": 1}, {"at_most": "0.1", "keeps": "0.5"}, {"keeps": 0}]


@pytest.mark.parametrize(
    ("outcomes", "left"), [("p" * 10, 20), ("f" + "p" * 9, 10), ("f" + "p" * 8, 0), ("f" + "p" * 9 + "---", 10)]
)  # fmt: skip
def test_a_ladder_grades_the_share_that_fails(tmp_path: Path, outcomes: str, left: int) -> None:
    rule = {"id": "L-A-01", "section": "A", "worth": 20, "ladder": {"by": "share", "steps": STEPS}}
    pack = load(tmp_path, {"mode": "points", "base": 20}, [{"id": "A"}], [rule])
    assert ends(score(pack, verdicts(pack, L_A_01=outcomes))) == (left, left)


def test_full_part_and_none_are_two_one_and_nothing(tmp_path: Path) -> None:
    steps = [{"at_most": 0, "keeps": 1}, {"at_most": 1, "keeps": "0.5"}, {"keeps": 0}]
    rule = {"id": "L-A-01", "section": "A", "worth": 2, "ladder": {"by": "count", "steps": steps}}
    pack = load(tmp_path, {"mode": "points", "base": 2}, [{"id": "A"}], [rule])
    scores = [score(pack, verdicts(pack, L_A_01=one)).high for one in ("pp", "fp", "ff")]
    assert scores == [2, 1, 0]
    assert ends(score(pack, verdicts(pack, L_A_01="?p"))) == (1, 2)


def test_a_lower_indicator_may_lose_more_than_it_holds_and_major_faults_have_no_cap(tmp_path: Path) -> None:
    sections = [{"id": "ONE", "points": 30}, {"id": "TWO", "points": 10, "within": "ONE"}, {"id": "REST"}]
    entries = [
        {"id": "M-TWO-01", "section": "TWO", "points": 6, "worth": 8},
        {"id": "M-TWO-02", "section": "TWO", "points": 7, "uncapped": True},
    ]
    top = load(tmp_path, {"cap_at": "top"}, sections, entries)
    assert ends(score(top, verdicts(top, M_TWO_01="fff"))) == (82, 82)
    assert ends(score(top, verdicts(top, M_TWO_01="f" * 9))) == (70, 70)
    assert ends(score(top, verdicts(top, M_TWO_01="f" * 9, M_TWO_02="ff"))) == (56, 56)
    every = load(tmp_path, {}, sections, entries)
    assert ends(score(every, verdicts(every, M_TWO_01="fff"))) == (92, 92)
    assert ends(score(every, verdicts(every, M_TWO_01="fff", M_TWO_02="ff"))) == (78, 78)


@pytest.mark.parametrize(
    ("outcomes", "plain", "with_bonus"),
    [
        ("p", (100, 100), (120, 120)),
        ("pf", (85, 85), (105, 105)),
        ("pff", (70, 70), (70, 70)),
        ("p?", (85, 100), (105, 120)),
        ("pf?", (70, 85), (70, 105)),
    ],
)
def test_bonus_opens_above_its_gate_only_and_is_capped(
    tmp_path: Path, outcomes: str, plain: tuple[int, int], with_bonus: tuple[int, int]
) -> None:
    entries = [
        {"id": "B-A-01", "section": "A", "points": 15},
        {"id": "B-A-02", "section": "A", "points": 15, "severity": "bonus"},
        {"id": "B-A-03", "section": "A", "points": 15, "severity": "bonus"},
    ]
    pack = load(tmp_path, {"bonus": {"above": 80, "most": 20}}, [{"id": "A"}], entries)
    assert ends(score(pack, verdicts(pack, B_A_01=outcomes))) == with_bonus
    assert ends(score(pack, verdicts(pack, B_A_01=outcomes, B_A_02="pf", B_A_03="-"))) == plain


@pytest.mark.parametrize(("gate", "added"), [({"above": 80}, 0), ({"at_least": 80}, 10)])
def test_a_gate_may_or_may_not_include_its_figure(tmp_path: Path, gate: dict[str, int], added: int) -> None:
    entries = [
        {"id": "B-A-01", "section": "A", "points": 20},
        {"id": "B-A-02", "section": "A", "points": 10, "severity": "bonus"},
    ]
    pack = load(tmp_path, {"bonus": gate | {"most": 30}}, [{"id": "A"}], entries)
    assert ends(score(pack, verdicts(pack, B_A_01="f"))) == (80 + added, 80 + added)
    doubtful = score(pack, verdicts(pack, B_A_02="?"))
    assert (*ends(doubtful), doubtful.provisional) == (100, 110, True)


def test_a_figure_no_document_states_costs_nothing_in_any_mode(tmp_path: Path) -> None:
    unread = {"id": "X-A-01", "section": "A", "points": 5, "worth": 10, "verified": False}
    known = {"id": "X-A-02", "section": "A", "points": 10, "worth": 10}
    for mode in ("deduct", "points", "ratio"):
        pack = load(tmp_path, {"mode": mode}, [{"id": "A"}], [unread, known])
        found = score(pack, verdicts(pack, X_A_01="fff"))
        assert (*ends(found), found.unscored) == (100, 100, 3), mode
    weighed = [unread | {"weight": "0.5"}, known | {"weight": "0.5"}]
    pack = load(tmp_path, {"mode": "weights"}, [{"id": "A", "weight": 1}], weighed)
    assert ends(score(pack, verdicts(pack, X_A_01="f"))) == (100, 100)
    assert ends(score(pack, verdicts(pack, X_A_02="f"))) == (50, 50)


def test_a_rule_nobody_judged_is_no_pass(tmp_path: Path) -> None:
    entries = [{"id": f"X-A-0{n}", "section": "A", "points": 10, "worth": 50} for n in (1, 2)]
    pack = load(tmp_path, {"mode": "points"}, [{"id": "A"}], entries)
    found = score(pack, [verdict(pack, "X-A-01", Outcome.PASS)])
    assert (*ends(found), found.provisional) == (90, 100, True)


def test_no_score_is_made_of_nothing(tmp_path: Path) -> None:
    pack = load(
        tmp_path,
        {"mode": "ratio", "bands": BANDS},
        [{"id": "A"}],
        [{"id": "X-A-01", "section": "A", "points": 10, "worth": 50}],
    )
    found = score(pack, verdicts(pack, X_A_01="-"))
    assert (*ends(found), found.band, found.provisional) == (0, 100, None, True)


TWO_TIMES = [
    {"id": "T-COL-01", "section": "a", "title": "期限10天", "basis": small_pack().model_dump()["rules"][0]["basis"],
     "check": "stale", "severity": "deduct", "points": "2", "effective_to": "2026-06-30"},
    {"id": "T-COL-02", "section": "a", "title": "期限30天", "basis": small_pack().model_dump()["rules"][0]["basis"],
     "check": "stale", "severity": "deduct", "points": "3", "effective_from": "2026-07-01"},
]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2026-10-12", "2026-10-12", [("T-COL-01", "not_applicable.no_longer", "2026-06-30"), ("T-COL-02", "x.stale", None)]),
        ("2026-10-13", None, [("T-COL-01", "not_applicable.no_longer", "2026-06-30"),
                              ("T-COL-02", "not_applicable.not_yet", "2026-10-13")]),
        (None, "2026-10-11", [("T-COL-01", "not_applicable.no_longer", "2026-06-30"),
                              ("T-COL-02", "not_applicable.no_longer", "2026-10-11")]),
    ],
)  # fmt: skip
def test_a_rule_outside_its_dates_does_not_apply_and_says_so(
    first: str | None, last: str | None, expected: list[tuple[str, str, str | None]]
) -> None:
    rules = [TWO_TIMES[0], TWO_TIMES[1] | {"effective_from": first, "effective_to": last}]
    pack = small_pack(rules=rules, tallies=[])
    seen = observation(column("/a/", "2026-01-01"))
    judged = judge(seen, pack, CHECKS)
    assert [
        (one.rule_id, one.message_id.removeprefix("verdict."), one.params.get("day")) for one in judged
    ] == expected
    lost = 3 if expected[1][1] == "x.stale" else 0
    assert score(pack, judged, seen.moment.today).high == 100 - lost


def test_the_worth_of_a_rule_not_in_force_counts_for_nothing(tmp_path: Path) -> None:
    entries = [
        {"id": "E-A-01", "section": "A", "points": 8, "worth": 8, "effective_to": "2020-06-30"},
        {"id": "E-A-02", "section": "A", "points": 8, "worth": 8, "effective_from": "2020-07-01"},
        {"id": "E-A-03", "section": "A", "points": 2, "worth": 2},
    ]
    pack = load(tmp_path, {"mode": "points", "base": 10}, [{"id": "A", "points": 10}], entries)
    everything = [verdict(pack, rule.id, F) for rule in pack.rules]
    assert ends(score(pack, everything, date(2020, 6, 30))) == (0, 0)
    assert ends(score(pack, everything[1:], date(2020, 7, 1))) == (0, 0)
    assert ends(score(pack, everything[:1], date(2020, 7, 1))) == (0, 10)  # two in force, neither judged


# --- any pack, any verdicts --------------------------------------------------------------------------------

OUTCOMES = list(Outcome)
UNDECIDED = [outcome for outcome in OUTCOMES if not outcome.decided]
SECTIONS = ["A", "B", "C"]  # C stands in A


@dataclass(frozen=True)
class Judged:
    pack: RulePack
    verdicts: tuple[Verdict, ...]


@st.composite
def judged(draw: st.DrawFn) -> Judged:
    mode = draw(st.sampled_from(["deduct", "points", "weights", "ratio"]))
    figure = st.sampled_from(["0", "0.1", "0.84", "1", "3", "7.5"])
    entries = []
    for number in range(draw(st.integers(1, 5))):
        entry = {
            "id": f"H-X-{number}", "section": draw(st.sampled_from(SECTIONS)), "worth": draw(st.sampled_from([1, 2.5, 7])),
            "severity": draw(st.sampled_from(["deduct", "deduct", "deduct", "deduct", "bonus", "veto"])),
            "verified": draw(st.integers(0, 9)) > 0, "preview": draw(st.integers(0, 9)) == 0,
        }  # fmt: skip
        if draw(st.booleans()) or entry["severity"] != "deduct":
            entry["points"] = draw(figure)
            entry["cap"] = draw(st.sampled_from([None, "2", "5"]))
        else:
            entry["ladder"] = {"by": draw(st.sampled_from(["share", "count"])), "steps": STEPS}
        if mode == "weights":
            entry["weight"] = draw(st.sampled_from(["0.1", "0.05"]))
        elif mode in ("deduct", "points"):
            entry["uncapped"] = draw(st.integers(0, 5)) == 0
        entries.append(entry)
    sections = [{"id": name} for name in SECTIONS]
    sections[2]["within"] = "A"
    for section, points, weight in zip(sections, (30, 20, 12), ("0.4", "0.3", "0.5"), strict=True):
        if mode == "weights":
            section["weight"] = weight
        elif mode != "ratio":
            section["points"] = points
    scoring = {
        "mode": mode, "base": draw(st.sampled_from([50, 100])), "bands": BANDS, "credit": {"note": "0.6"},
        "not_applicable": draw(st.sampled_from(["keep", "redistribute"])),
        "bonus": draw(st.sampled_from([None, {"above": 40, "most": 5}])),
        "veto_score": draw(st.sampled_from([None, 29])), "decimals": draw(st.sampled_from([None, 0, 1, 6])),
        "band_on": draw(st.sampled_from(["exact", "integer"])),
        "cap_at": draw(st.sampled_from(["every", "top"])) if mode == "deduct" else "every",
        "blend": draw(st.sampled_from([None, {"audit": "0.7", "others": [{"id": "O", "title": "O", "weight": "0.3"}]}])),
    }  # fmt: skip
    pack = RulePack.model_validate(fields(scoring, sections, entries))
    found = [
        verdict(pack, rule.id, outcome, place, draw(st.sampled_from(["", "note"])))
        for rule in pack.rules
        for place, outcome in enumerate(draw(st.lists(st.sampled_from(OUTCOMES), max_size=4)))
    ]
    return Judged(pack, tuple(found))


def within(inner: Score, outer: Score) -> None:
    assert outer.low <= inner.low <= inner.high <= outer.high
    for mine, theirs in zip(inner.sections, outer.sections, strict=True):
        assert theirs.lost_low <= mine.lost_low <= mine.lost_high <= theirs.lost_high
    if outer.band is not None and not inner.vetoes:
        assert inner.band == outer.band


@settings(max_examples=60, deadline=None, derandomize=True)
@given(judged(), st.data())
def test_resolving_a_doubt_never_leaves_the_earlier_range(found: Judged, data: st.DataObject) -> None:
    before = score(found.pack, found.verdicts)
    bonus = found.pack.scoring.bonus
    assert 0 <= before.low <= before.high <= before.base + (bonus.most if bonus else 0)
    if before.provisional is False:
        assert before.low == before.high
    remaining = list(found.verdicts)
    for place, one in enumerate(remaining):
        if one.outcome in UNDECIDED:
            outcome = data.draw(st.sampled_from([Outcome.PASS, F, Outcome.NOT_APPLICABLE, U]))
            remaining[place] = one.model_copy(update={"outcome": outcome})
            after = score(found.pack, remaining)
            within(after, before)
            before = after
    for rule in found.pack.rules:
        if not any(one.rule_id == rule.id for one in remaining):
            outcome = data.draw(st.sampled_from([Outcome.PASS, F, Outcome.NOT_APPLICABLE]))
            remaining.append(verdict(found.pack, rule.id, outcome))
            after = score(found.pack, remaining)
            within(after, before)
            before = after
    for veto in before.vetoes:
        settled = score(found.pack, remaining, confirmed={veto.id})
        assert settled.band in (*(band["name"] for band in BANDS),) or settled.low != settled.high
        if found.pack.scoring.veto_score is not None:
            assert ends(settled) == (29, 29) and before.low <= 29 <= before.high


@settings(max_examples=50, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.sampled_from([1, 2, 5, "0.64", "7.5"]), st.booleans()), min_size=1, max_size=8),
    st.sampled_from(["points", "ratio"]),
)
def test_what_applies_shares_the_full_mark(items: list[tuple[str | int, bool]], mode: str) -> None:
    """Whatever does not apply, the losses of all the rest one by one add up to the full mark."""
    entries = [
        {"id": f"R-A-{n}", "section": "A", "worth": worth, "points": worth} for n, (worth, _) in enumerate(items)
    ]  # fmt: skip
    base = sum(D(worth) for worth, _ in items)
    scoring = {"mode": mode, "base": str(base), "decimals": 6, "not_applicable": "redistribute"}
    pack = RulePack.model_validate(fields(scoring, [{"id": "A"}], entries))
    applying = {f"R-A-{n}" for n, (_, applies) in enumerate(items) if applies}

    def scored(failing: str | None) -> Decimal:
        outcomes = {
            rule.id: "f" if rule.id == failing else "p" if rule.id in applying else "-" for rule in pack.rules
        }
        found = score(pack, verdicts(pack, **{key.replace("-", "_"): one for key, one in outcomes.items()}))
        assert found.low == found.high or not applying
        return found.high

    assert scored(None) == base
    if applying:
        lost = sum((base - scored(rule_id) for rule_id in applying), D(0))
        assert abs(lost - base) <= len(applying) * D("0.000001")


@pytest.mark.parametrize("first", "pf")
def test_the_range_is_no_wider_than_its_doubts(tmp_path: Path, first: str) -> None:
    """Three items that may fail, pass or not apply at all: the ends are reached by one of the 27 ways they can."""
    worths = [(10, 10), (10, 2), (1, 1), (5, 4)]
    entries = [
        {"id": f"R-A-{n}", "section": "A", "worth": worth, "points": points}
        for n, (worth, points) in enumerate(worths)
    ]
    pack = load(tmp_path, {"mode": "ratio", "decimals": 6}, [{"id": "A"}], entries)
    ways = [
        score(pack, verdicts(pack, R_A_0=first, R_A_1=one, R_A_2=two, R_A_3=three)).high
        for one, two, three in product("pf-", repeat=3)
    ]
    doubtful = score(pack, verdicts(pack, R_A_0=first, R_A_1="?", R_A_2="?", R_A_3="?"))
    assert ends(doubtful) == (min(ways), max(ways))
