"""A pack is taken whole or refused with file, line, entry and the way to mend it."""

import hashlib
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import checks
import rules
from model import ColumnKind, Fault, Grade, Period, Reach, RulePack, Scope, Severity, SiteKind
from report.messages import Messages
from rules.demands import REACH

PARAMS = checks.params_of(checks.ALL)
ROOT = Path(__file__).parents[2]

GOOD = """\
id: county/sample
title: 某县指标
version: 2021.10
document: 某政办〔2021〕1号
level: county
effective_from: 2021-01-01
sections:
  - {id: A, title: 信息发布}
rules:
  - id: C21-A-01
    section: A
    title: 动态栏目每月更新
    basis:
      - {document: 某政办〔2021〕1号, clause: 第三条, grade: S}
    check: stale_column
    params: {period: P1M}
    severity: deduct
    points: 2.5
    examples: [stale_column/a, stale_column/b]
tallies:
  - id: C21-T-01
    title: 多个栏目不更新
    counts: [C21-A-01]
    at_least: 3
    basis:
      - {document: 某政办〔2021〕1号, clause: 第四条, grade: S}
"""

OVERLAY = """\
id: county/overlay
title: 某县加严
version: "1"
document: 某政办〔2022〕2号
level: county
effective_from: 2022-01-01
extends: national/2019-check-indicators
overrides:
  - id: N19-UPDATE-01
    params: {period: P7D}
    severity: veto
    title: 动态栏目一周内未更新
    basis: [{document: 某政办〔2022〕2号, clause: 二, grade: S}]
  - id: N19-UPDATE-03
    points: 3
    basis: [{document: 某政办〔2022〕2号, clause: 三, grade: C}]
    applies_to: {max_level: 2}
"""


def write(folder: Path, text: str | bytes, name: str = "pack.yaml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused(path: Path | str) -> Fault:
    with pytest.raises(Fault) as found:
        rules.load_pack(path, PARAMS)
    assert found.value.exit_code == 3
    for language in ("zh_CN", "en"):
        messages = Messages(language)
        assert messages.has(found.value.message_id)
        assert "{" not in messages.text(found.value.message_id, **found.value.params).replace("{a", "")
    return found.value


def test_a_users_pack_is_read_as_written(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    pack = rules.load_pack(path, PARAMS)
    assert (pack.id, pack.version) == ("county/sample", "2021.10")  # not the number 2021.1
    rule = pack.rule("C21-A-01")
    assert (rule.points, rule.params) == (Decimal("2.5"), {"period": "P1M"})
    assert pack.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert rules.load_pack(str(path), PARAMS) == pack


@pytest.mark.parametrize("word", ["no", "off", "2021-01-01", "12:30:00", "0o17", "1e3", "~x"])
def test_no_word_is_turned_into_something_else(tmp_path: Path, word: str) -> None:
    path = write(tmp_path, GOOD.replace("title: 某县指标", f"title: {word}"))
    assert rules.load_pack(path, PARAMS).title == word


BROKEN: list[tuple[str, str, str, str, dict[str, Any]]] = [
    ("unknown check", "check: stale_column", "check: stale_colum", "pack_unknown_check",
     {"line": 15, "entry": "C21-A-01", "check": "stale_colum"}),
    ("misspelt parameter", "{period: P1M}", "{periode: P1M}", "pack_unknown_field",
     {"line": 16, "entry": "C21-A-01", "field": "params.periode"}),
    ("period in words", "{period: P1M}", "{period: 一个月}", "pack_bad_params",
     {"line": 16, "entry": "C21-A-01", "field": "params.period", "given": "一个月", "check": "stale_column"}),
    ("no parameters", "    params: {period: P1M}\n", "", "pack_missing_field",
     {"line": 10, "entry": "C21-A-01", "field": "params.period"}),
    ("unknown parameter", "{period: P1M}", "{period: P1M, days: 3}", "pack_unknown_field",
     {"line": 16, "entry": "C21-A-01", "field": "params.days"}),
    ("no citation", "    basis:\n      - {document: 某政办〔2021〕1号, clause: 第三条, grade: S}\n", "", "pack_no_citation",
     {"entry": "C21-A-01"}),
    ("empty citation", "    basis:\n      - {document: 某政办〔2021〕1号, clause: 第三条, grade: S}\n", "    basis: []\n",
     "pack_no_citation", {"line": 13, "entry": "C21-A-01"}),
    ("unknown section", "section: A", "section: B", "pack_unknown_section",
     {"line": 11, "entry": "C21-A-01", "section": "B"}),
    ("tally counts an unknown rule", "counts: [C21-A-01]", "counts: [C21-A-02]", "pack_unknown_counted",
     {"line": 23, "entry": "C21-T-01", "counted": "C21-A-02"}),
    ("unknown base", "sections:", "extends: national/1999\nsections:", "pack_unknown_base",
     {"line": 7, "base": "national/1999"}),
    ("overrides without base", "sections:", "overrides: [{id: X, points: 1}]\nsections:", "pack_override_without_base",
     {"line": 7}),
    ("dates reversed", "effective_from: 2021-01-01", "effective_from: 2021-01-01\neffective_to: 2020-12-31",
     "pack_dates_reversed", {"line": 7, "entry": "county/sample", "start": "2021-01-01", "end": "2020-12-31"}),
    ("dates of a citation reversed", "clause: 第三条, grade: S}",
     "clause: 第三条, grade: S, effective_from: 2021-02-01, effective_to: 2021-01-01}", "pack_dates_reversed",
     {"line": 14, "entry": "C21-A-01"}),
    ("unknown field", "    severity: deduct", "    severity: deduct\n    point: 3", "pack_unknown_field",
     {"line": 18, "entry": "C21-A-01", "field": "point"}),
    ("missing field", "    title: 动态栏目每月更新\n", "", "pack_missing_field", {"entry": "C21-A-01", "field": "title"}),
    ("missing field of the pack", "version: 2021.10\n", "", "pack_missing_field",
     {"entry": "county/sample", "field": "version"}),
    ("unknown severity", "severity: deduct", "severity: 严重", "pack_not_allowed",
     {"line": 17, "entry": "C21-A-01", "field": "severity", "given": "严重", "allowed": "veto, deduct, bonus, advise"}),
    ("points in words", "points: 2.5", "points: 很多", "pack_bad_value",
     {"line": 18, "entry": "C21-A-01", "field": "points", "given": "很多"}),
    ("rule id with spaces", "id: C21-A-01", "id: 规则 1", "pack_bad_value",
     {"line": 10, "entry": "规则 1", "field": "id", "given": "规则 1"}),
    ("stated digest", "version: 2021.10", "version: 2021.10\ndigest: abc", "pack_bad_value",
     {"line": 4, "entry": "county/sample", "field": "digest", "given": "abc"}),
    ("grade not in the scale", "clause: 第三条, grade: S}", "clause: 第三条, grade: X}", "pack_not_allowed",
     {"line": 14, "entry": "C21-A-01", "field": "basis.0.grade", "given": "X", "allowed": "S, C, I, M"}),
    ("key twice", "    severity: deduct", "    severity: deduct\n    severity: veto", "pack_key_twice",
     {"line": 18, "key": "severity"}),
    ("alias", "{period: P1M}", "&p {period: P1M}", "pack_alias", {"line": 16}),
    ("tag", "title: 某县指标", "title: !!python/object/apply:os.system [ls]", "pack_tag",
     {"line": 2, "tag": "python/object/apply:os.system"}),
    ("merge key", "{period: P1M}", "{<<: {period: P1M}}", "pack_key_not_text", {"line": 16}),
    ("key that is a list", "{period: P1M}", "{? [a, b] : P1M}", "pack_key_not_text", {"line": 16}),
    ("two documents", "tallies:", "---\ntallies:", "pack_several_documents", {"line": 20}),
    ("indentation", "    check: stale_column", "   check: stale_column", "pack_not_yaml", {}),
    ("control character", "title: 某县指标", "title: 某\x01县", "pack_not_yaml", {"line": 2}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "message", "params"), [pytest.param(*row[1:], id=row[0]) for row in BROKEN]
)
def test_a_broken_pack_is_refused_whole(
    tmp_path: Path, old: str, new: str, message: str, params: dict[str, Any]
) -> None:
    assert GOOD.count(old) >= 1
    path = write(tmp_path, GOOD.replace(old, new, 1))
    fault = refused(path)
    assert fault.message_id == f"fault.{message}"
    assert fault.params["file"] == str(path)
    assert {name: fault.params[name] for name in params} == params


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("- a\n- b\n", "fault.pack_not_mapping", id="a list"),
        pytest.param("", "fault.pack_not_mapping", id="empty"),
        pytest.param("title: 某县指标".encode("gb18030"), "fault.pack_not_utf8", id="GBK"),
        pytest.param("a: " + "[" * 5000, "fault.pack_too_deep", id="bottomless"),
        pytest.param(b"#" * (2 * 1024 * 1024 + 1), "fault.pack_too_large", id="too large"),
        pytest.param("a: [1, 2\nb: }", "fault.pack_not_yaml", id="open bracket"),
        pytest.param(b"\x00\x01\x02", "fault.pack_not_yaml", id="binary"),
    ],
)
def test_a_file_that_is_no_pack_is_refused(tmp_path: Path, content: str | bytes, message: str) -> None:
    path = write(tmp_path, content)
    assert (refused(path).message_id, refused(path).params["file"]) == (message, str(path))


def test_a_bomb_of_aliases_is_refused_at_once(tmp_path: Path) -> None:
    lines = ['a0: &a0 ["x","x","x","x","x","x","x","x","x"]']
    lines += [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    started = time.monotonic()
    fault = refused(write(tmp_path, "\n".join(lines)))
    assert (fault.message_id, fault.params["line"]) == ("fault.pack_alias", 1)
    assert time.monotonic() - started < 1


def test_rule_section_and_tally_ids_stand_once(tmp_path: Path) -> None:
    section = GOOD.replace(
        "  - {id: A, title: 信息发布}\n", "  - {id: A, title: 信息发布}\n  - {id: A, title: 再来}\n"
    )
    start, end = GOOD.index("  - id: C21-A-01"), GOOD.index("tallies:")
    rule = GOOD[:end] + GOOD[start:end] + GOOD[end:]
    tally = GOOD + GOOD[GOOD.index("  - id: C21-T-01") :]
    for text, line, entry in ((section, 9, "A"), (rule, 20, "C21-A-01"), (tally, 27, "C21-T-01")):
        fault = refused(write(tmp_path, text))
        assert fault.message_id == "fault.pack_id_twice"
        assert (fault.params["line"], fault.params["entry"]) == (line, entry)


def test_names_and_paths_that_lead_nowhere(tmp_path: Path) -> None:
    for name in ("national/1999", str(tmp_path / "none.yaml"), "../etc/passwd", str(tmp_path)):
        fault = refused(name)
        assert (fault.message_id, fault.params["name"]) == ("fault.pack_not_found", name)
        assert rules.DEFAULT_PACK in fault.params["known"]


def test_an_overlay_changes_what_it_may_and_keeps_the_rest(tmp_path: Path) -> None:
    base = rules.load_pack(rules.DEFAULT_PACK, PARAMS)
    pack = rules.load_pack(write(tmp_path, OVERLAY), PARAMS)
    news, policies = pack.rule("N19-UPDATE-01"), pack.rule("N19-UPDATE-03")
    assert (news.params, news.severity) == ({"period": "P7D"}, Severity.VETO)
    assert (news.title, news.title_en) == (
        "动态栏目一周内未更新",
        None,
    )  # the base's English tells of two weeks
    assert (
        news.basis[0].document == "某政办〔2022〕2号" and news.basis[1:] == base.rule("N19-UPDATE-01").basis
    )
    assert (policies.points, policies.applies_to.max_level) == (Decimal(3), 2)
    assert policies.applies_to.site_kinds == (SiteKind.PORTAL,)
    assert policies.applies_to.column_kinds == (ColumnKind.POLICIES,)
    changed = {"N19-UPDATE-01", "N19-UPDATE-03"}
    assert [rule for rule in pack.rules if rule.id not in changed] == [
        rule for rule in base.rules if rule.id not in changed
    ]
    assert (pack.sections, pack.tallies, pack.scoring) == (base.sections, base.tallies, base.scoring)
    assert pack.digest not in ("", base.digest)


@pytest.mark.parametrize(
    ("old", "new", "message", "params"),
    [
        pytest.param("id: N19-UPDATE-01", "id: N19-UPDATE-99", "fault.pack_unknown_override",
                     {"line": 9, "entry": "N19-UPDATE-99"}, id="unknown rule"),
        pytest.param("{period: P7D}", "{period: weekly}", "fault.pack_bad_params",
                     {"line": 10, "entry": "N19-UPDATE-01", "field": "params.period"}, id="bad parameter"),
        pytest.param("{period: P7D}", "{period: P0D}", "fault.pack_period_zero",
                     {"line": 10, "entry": "N19-UPDATE-01", "field": "params.period"}, id="zero period"),
        pytest.param("severity: veto", "check: dead_link", "fault.pack_unknown_field",
                     {"line": 11, "entry": "N19-UPDATE-01", "field": "check"}, id="another check"),
        pytest.param("id: N19-UPDATE-03", "id: N19-UPDATE-01", "fault.pack_id_twice",
                     {"line": 14, "entry": "N19-UPDATE-01"}, id="overridden twice"),
        pytest.param("overrides:", "sections:\n  - {id: VETO, title: 又一个}\noverrides:", "fault.pack_id_twice",
                     {"line": 9, "entry": "VETO"}, id="section of the base again"),
    ],
)  # fmt: skip
def test_a_broken_overlay_is_refused(
    tmp_path: Path, old: str, new: str, message: str, params: dict[str, Any]
) -> None:
    fault = refused(write(tmp_path, OVERLAY.replace(old, new, 1)))
    assert fault.message_id == message
    assert {name: fault.params[name] for name in params} == params


def test_extends_may_not_run_in_a_circle(tmp_path: Path) -> None:
    write(tmp_path, OVERLAY.replace("national/2019-check-indicators", "b.yaml"), "a.yaml")
    write(tmp_path, OVERLAY.replace("national/2019-check-indicators", "a.yaml"), "b.yaml")
    fault = refused(tmp_path / "a.yaml")
    assert (fault.message_id, fault.params["chain"]) == (
        "fault.pack_extends_cycle",
        "a.yaml → b.yaml → a.yaml",
    )
    alone = write(tmp_path, OVERLAY.replace("national/2019-check-indicators", "pack.yaml"))
    assert refused(alone).message_id == "fault.pack_extends_cycle"


def the_pack() -> RulePack:
    return rules.load_pack(rules.DEFAULT_PACK, PARAMS)


def test_every_built_in_pack_is_accepted() -> None:
    assert [card.id for card in rules.packs()] == [
        rules.load_pack(card.id, PARAMS).id for card in rules.packs()
    ]
    assert rules.DEFAULT_PACK in [card.id for card in rules.packs()]


def test_only_figures_that_were_read_cost_points() -> None:
    pack = the_pack()
    assert [(rule.id, rule.points) for rule in pack.rules if rule.points is not None] == [
        ("N19-UPDATE-03", Decimal(5)),
        ("N19-SERVICE-01", Decimal(2)),
        ("N19-REPLY-01", Decimal(3)),
    ]
    for rule in pack.rules:
        if rule.verified:
            assert any(citation.grade is Grade.S for citation in rule.basis)
        else:
            assert rule.points is None and rule.severity is Severity.ADVISE
    assert [rule.id for rule in pack.rules if not rule.verified] == [
        "N19-UPDATE-05",
        "N19-LINK-10",
        "N19-LINK-05",
        "N19-GUIDE-01",
        "N19-TURNED-02",
    ]


def test_the_tallies_are_those_of_the_document() -> None:
    found = {tally.id: (tally.counts, tally.at_least) for tally in the_pack().tallies}
    assert found == {
        "N19-TALLY-4A": (("N19-UPDATE-01", "N19-UPDATE-02", "N19-UPDATE-03", "N19-UPDATE-04"), 5),
        "N19-TALLY-4B": (("N19-UPDATE-05",), 10),
        "N19-TALLY-4C": (("N19-UPDATE-06",), 5),
        "N19-TALLY-6B": (("N19-GUIDE-01",), 5),
    }


def test_no_first_level_policy_column_is_judged_twice_on_one_site() -> None:
    pack = the_pack()
    portal, others = pack.rule("N19-UPDATE-03").applies_to, pack.rule("N19-UPDATE-04").applies_to
    assert set(portal.site_kinds) | set(others.site_kinds) == set(SiteKind)
    assert not set(portal.site_kinds) & set(others.site_kinds)


def test_quiet_columns_are_never_called_asleep() -> None:
    exempt = set(the_pack().rule("N19-UPDATE-05").applies_to.except_kinds)
    quiet = "overview agency leaders guide regulations annual_report on_request planning site_report topic"
    assert {ColumnKind(name) for name in quiet.split()} <= exempt


def test_every_rule_names_two_cases_that_exist_one_of_each_side() -> None:
    known = rules.named_cases()
    assert known
    for rule in the_pack().rules:
        assert all(example.startswith(f"{rule.check}/") for example in rule.examples), rule.id
        # a rule that only asks has nothing that fails
        asks = rule.params.get("ask") or rule.check == "turned_link"
        sides = {"pass", "unsure"} if asks else {"pass", "fail"}
        assert {known[example] for example in rule.examples} >= sides, rule.id


def test_what_the_pack_asks_of_the_crawl() -> None:
    pack = the_pack()
    assert rules.longest_period(pack) == Period.model_validate("P1Y")
    assert rules.needs_survey(pack)
    quiet = pack.model_copy(update={"rules": (pack.rule("N19-MARK-01"),)})
    assert rules.longest_period(quiet) == Period()
    assert not rules.needs_survey(quiet)


def test_every_check_says_how_far_it_looks() -> None:
    assert set(REACH) == set(checks.ALL)
    assert rules.reach_of("a_strangers_check") is Reach.EXTERNAL


def test_what_is_wanted_of_columns_alone() -> None:
    quick = rules.wants_of([the_pack()], Scope.COLUMNS)
    assert (quick.scope, quick.survey, str(quick.longest)) == (Scope.COLUMNS, False, "P12M")
    soonest = {
        kind: quick.soonest(kind) for kind in (ColumnKind.NEWS, ColumnKind.PERSONNEL, ColumnKind.LEADERS)
    }
    assert {kind: str(period) for kind, period in soonest.items()} == {
        "news": "P14D",
        "personnel": "P12M",
        "leaders": "None",
    }
    assert str(quick.soonest(None)) == "P14D", "nobody knows what kind of column it is"
    whole = rules.wants_of([the_pack()])
    assert (whole.scope, whole.survey, whole.freshness) == (Scope.WHOLE, True, quick.freshness)


def test_loading_is_quick() -> None:
    started = time.monotonic()
    the_pack()
    assert time.monotonic() - started < 1
