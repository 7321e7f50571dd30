"""What the pages say is what the program does: commands, options, columns, packs, tables, modules, figures."""

import argparse
import csv
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

import cli
from audit import reference
from bench import accuracy, accuracy_links, links, roster, second_night
from bench.__main__ import _parser
from bench.country import driver as country
from bench.performance import driver as performance
from checks import ALL, params_of
from model import AppliesTo, Citation, Rule, Scoring, Section, Tally
from report.messages import Messages
from report.sheet import COLUMNS
from rules import load_pack
from rules.entries import PackEntry, RuleOverride
from storage.tables import metadata

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.yaml"))
ROOMS = ("model", "crawler", "reading", "rules", "checks", "audit", "storage", "report", "gate")
GATE: Any = typer.main.get_command(cli.app)


def text_of(page: Path) -> str:
    return page.read_text("utf-8")


def blocks(page: Path, language: str = "sh") -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text_of(page), re.M | re.S)


def commands(page: Path) -> Iterator[str]:
    """Command lines of ours: in sh blocks, and between backticks when they are written out."""
    lines = [line for block in blocks(page) for line in block.splitlines()]
    lines += re.findall(
        r"`((?:duwang|\./dev) [^`…]+)`", re.sub(r"^```.*?^```", "", text_of(page), flags=re.M | re.S)
    )
    yield from (line for line in lines if re.match(r"duwang \S|\./dev (?!run$)", line))


COMMANDS = sorted({(page.relative_to(ROOT).as_posix(), line) for page in PAGES for line in commands(page)})


def parse(command: Any, words: list[str]) -> None:
    """Parse as the gate would, down to the last verb, running nothing. Raises what typer raises."""
    context = command.make_context(command.name, list(words))
    if hasattr(command, "resolve_command"):
        rest = [*context._protected_args, *context.args]
        _, verb, rest = command.resolve_command(context, rest)
        parse(verb, rest)


@pytest.mark.parametrize(("page", "line"), COMMANDS)
def test_every_command_line_parses(page: str, line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = shlex.split(line, comments=True)
    for name, value in re.findall(r"^export (\w+)=(.*)$", "".join(blocks(ROOT / page)), re.M):
        monkeypatch.setenv(name, value)
    if words[0] == "./dev" and words[1] != "run":
        assert re.search(rf"^  {words[1]}\)", (ROOT / "dev").read_text("utf-8"), re.M), (
            f"./dev has no {words[1]}"
        )
        parsers = {
            ("bench", ""): _parser,
            ("bench", "all"): performance.parser,
            ("bench", "links"): links.parser,
            ("bench", "country"): country.parser,
            ("bench", "second-night"): second_night.parser,
            ("bench", "roster"): roster.parser,
            ("accuracy", ""): accuracy.parser,
            ("accuracy", "links"): accuracy_links.parser,
        }
        part = (
            words[2] if words[2:3] in (["all"], ["links"], ["country"], ["roster"], ["second-night"]) else ""
        )
        if parser := parsers.get((words[1], part)):
            assert isinstance(parser().parse_args(words[3 if part else 2 :]), argparse.Namespace)
        return
    parse(GATE, words[2:] if words[0] == "./dev" else words[1:])


def test_there_are_command_lines_and_a_wrong_one_is_noticed() -> None:
    assert len(COMMANDS) > 40
    for wrong in (["audit", "http://x/", "--nonsense"], ["nonsense"], ["export", "pdf"], ["why"]):
        with pytest.raises(typer.TyperException):
            parse(GATE, wrong)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_example_packs_load(path: Path) -> None:
    pack = load_pack(path, params_of(ALL))
    assert [rule.id for rule in pack.rules if rule.preview] and any(not rule.verified for rule in pack.rules)
    assert pack.rule("N19-UPDATE-01").params["period"] == "P7D"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", text_of(page)):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*[!N].md")), ids=lambda page: page.name)
def test_every_page_has_its_chinese_twin(page: Path) -> None:
    twin = page.with_suffix(".zh-CN.md")
    assert twin.exists()

    def shape(one: Path) -> tuple[list[list[str]], list[str], int]:
        code = [
            [line.split("#")[0].rstrip() for line in block.splitlines()]
            for block in [*blocks(one), *blocks(one, "sql")]
        ]
        return code, re.findall(r"^#+(?= )", text_of(one), re.M), len(re.findall(r"^\|", text_of(one), re.M))

    assert shape(page) == shape(twin)


@pytest.mark.parametrize("name", ["audit.md", "audit.zh-CN.md"])
def test_the_audit_page_names_every_option_column_and_browser_variable(name: str) -> None:
    from crawler.browser_finder import NAMES, VARIABLES

    text = text_of(ROOT / "docs" / name)
    (audit,) = (verb for key, verb in GATE.commands.items() if key == "audit")
    options = {max(one.opts, key=len) for one in audit.params if one.opts[0].startswith("--")} - {"--help"}
    assert set(re.findall(r"^\| `(--[\w-]+)`", text, re.M)) == options
    columns = [
        (Messages("en").text(f"sheet.{one}"), Messages("zh_CN").text(f"sheet.{one}")) for one in COLUMNS
    ]
    table = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$",
        re.split("columns of the CSV|CSV 各列", text)[1].partition("\n## ")[0],
        re.M,
    )
    assert [row for row in table if row[0] not in ("head (en)", "表头（zh_CN）")] == [
        column if name == "audit.md" else column[::-1] for column in columns
    ]
    assert all(f"`{one}`" in text for one in (*VARIABLES, *NAMES))


@pytest.mark.parametrize("name", ["packs.md", "packs.zh-CN.md"])
def test_the_page_on_packs_names_every_field(name: str) -> None:
    text = text_of(ROOT / "docs" / name)
    for part in (PackEntry, Rule, RuleOverride, Citation, AppliesTo, Section, Scoring, Tally):
        for field in set(part.model_fields) - {"digest", "counted"}:
            assert re.search(rf"`{field}\b", text), f"{part.__name__}.{field}"


@pytest.mark.parametrize("name", ["storage.md", "storage.zh-CN.md"])
def test_the_page_on_storage_names_every_table(name: str) -> None:
    found = re.findall(r"^\| `(\w+)` \|", text_of(ROOT / "docs" / name), re.M)
    assert sorted(found) == sorted(metadata.tables)


@pytest.mark.parametrize("name", ["architecture.md", "architecture.zh-CN.md"])
def test_the_page_on_the_house_names_every_module(name: str) -> None:
    for part in re.split(r"^### ", text_of(ROOT / "docs" / name), flags=re.M)[1:]:
        room = part.split("/")[0]
        there = {
            path.relative_to(ROOT / room).as_posix()
            for path in (ROOT / room).rglob("*.py")
            if path.stem != "__init__" and "versions" not in path.parts
        }
        assert set(re.findall(r"^\| `([\w/]+\.py)` \|", part, re.M)) == there, room
    assert re.findall(r"^### (\w+)/", text_of(ROOT / "docs" / name), re.M) == list(ROOMS)


@pytest.mark.parametrize("name", ["accuracy.md", "accuracy.zh-CN.md"])
def test_figures_of_the_demo_are_those_of_its_file(name: str) -> None:
    text = text_of(ROOT / "docs" / name)
    with (ROOT / "fixtures" / "demo_site" / "expected.csv").open(encoding="utf-8", newline="") as file:
        told = [row["browser"] for row in csv.DictReader(file)]
    figures = re.search(
        r"(\d+) (?:verdicts of `expected\.csv`|个并非合格的判定).*? (\d+) (?:more without|个)", text
    )
    assert figures and figures.groups() == (str(told.count("both")), str(told.count("without")))
    for path in re.findall(r"`(tests/[\w/]+\.py)`", text):
        assert (ROOT / path).exists(), path


def test_the_reference_pages_are_those_of_todays_packs_and_checks() -> None:
    stale = [path.name for path, text in reference.pages() if text_of(path) != text.rstrip() + "\n"]
    assert not stale, "run ./dev docs"
