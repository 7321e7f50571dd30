"""JSON lines: whole, sorted, the same bytes for the same findings, inert on a terminal."""

import json
import unicodedata
from pathlib import Path

from model import Finding
from report.lines import line_of, write_jsonl
from tests.report import sample


def test_a_line_is_the_whole_finding_and_its_sentences(tmp_path: Path) -> None:
    view = sample.view()
    write_jsonl(view.findings, tmp_path / "findings.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "findings.jsonl").read_text("utf-8").split("\n")[:-1]]
    assert len(lines) == len(view.findings)
    for line in lines:
        names = {name: line.pop(name) for name in ("id", "text_zh", "text_en")}
        found = Finding.model_validate(line)
        assert found in view.findings
        assert names["id"] == found.id
        assert names["text_zh"] and names["text_en"]


def test_same_findings_give_same_bytes_in_any_order(tmp_path: Path) -> None:
    findings = sample.view().findings
    write_jsonl(findings, tmp_path / "a")
    write_jsonl(findings[::-1], tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_certain_comes_before_unsure_and_trial_comes_last(tmp_path: Path) -> None:
    write_jsonl(sample.view().findings, tmp_path / "a")
    verdicts = [json.loads(line)["verdict"] for line in (tmp_path / "a").read_text("utf-8").splitlines()]
    kinds = [(verdict["preview"], verdict["outcome"] != "fail") for verdict in verdicts]
    assert kinds == sorted(kinds)
    assert verdicts[-1]["rule_id"] == "N19-TRIAL-01"


def test_no_line_holds_an_invisible_character_but_all_come_back() -> None:
    anchor = "".join(sample.HOSTILE) + "\x7f\x9b2J\u2028\u200b\ud800\U000e0041"
    line = line_of(sample.findings_of((sample.dead(1, anchor=anchor),))[0])
    assert not [c for c in line[:-1] if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp")]
    assert json.loads(line)["verdict"]["subject_name"] == anchor


def test_no_findings_give_an_empty_file(tmp_path: Path) -> None:
    write_jsonl((), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == b""
