"""The two catalogues say the same things: same ids, same parameters, nothing empty, nothing twice."""

import re
import tomllib
from enum import Enum
from pathlib import Path
from string import Formatter

import pytest

from model import (
    BrowserState,
    CaseState,
    ColumnForm,
    ColumnKind,
    DateSource,
    EntryKind,
    FetchOutcome,
    Grade,
    Level,
    LinkPlace,
    LinkRelation,
    Outcome,
    Purpose,
    Rank,
    RunState,
    Severity,
    SiteKind,
    Standing,
    StopReason,
    WindowKind,
)
from report import messages
from report.messages import LANGUAGES, Messages, catalogue

ROOT = Path(__file__).parent.parent.parent
FOLDER = Path(messages.__file__).parent
FILES = sorted({path.name for language in LANGUAGES for path in (FOLDER / language).glob("*.toml")})
FAMILIES: dict[str, type[Enum]] = {
    "outcome_verdict": Outcome,
    "severity": Severity,
    "state": CaseState,
    "run_state": RunState,
    "kind": ColumnKind,
    "form": ColumnForm,
    "place": LinkPlace,
    "relation": LinkRelation,
    "grade": Grade,
    "level": Level,
    "site_kind": SiteKind,
    "date_source": DateSource,
    "purpose": Purpose,
    "outcome": FetchOutcome,
    "stop": StopReason,
    "page.reading": Outcome,
    "entry": EntryKind,
    "window": WindowKind,
    "due.what": WindowKind,
    "due": Standing,
}


def texts(language: str, file: str) -> dict[str, str]:
    return tomllib.loads((FOLDER / language / file).read_text("utf-8"))


def fields(text: str) -> list[tuple[str, str | None, str | None]]:
    return [(name, spec, convert) for _, name, spec, convert in Formatter().parse(text) if name is not None]


@pytest.mark.parametrize("file", FILES)
def test_both_languages_have_the_same_ids_and_parameters(file: str) -> None:
    chinese, english = texts("zh_CN", file), texts("en", file)
    assert chinese.keys() == english.keys()
    differ = [
        message_id
        for message_id in chinese
        if {name for name, *_ in fields(chinese[message_id])}
        != {name for name, *_ in fields(english[message_id])}
    ]
    assert not differ


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("file", FILES)
def test_texts_are_flat_full_and_plain(file: str, language: str) -> None:
    for message_id, text in texts(language, file).items():
        assert isinstance(text, str), f"{message_id} is not a quoted flat key"
        assert text.strip(), f"{message_id} is empty"
        for name, spec, convert in fields(text):
            assert name.isidentifier() and not spec and not convert, f"{message_id}: {{{name}}}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_id_stands_twice(language: str) -> None:
    assert len(catalogue(language)) == sum(len(texts(language, file)) for file in FILES)


def test_an_id_that_stands_twice_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in ("one.toml", "two.toml"):
        (tmp_path / "zh_CN").mkdir(exist_ok=True)
        (tmp_path / "zh_CN" / file).write_text('"same.id" = "话"\n', "utf-8")
    monkeypatch.setattr(messages, "files", lambda package: tmp_path)
    with pytest.raises(ValueError, match=r"same\.id stands twice, second in zh_CN/two\.toml"):
        catalogue.__wrapped__("zh_CN")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("family", FAMILIES)
def test_every_value_a_person_sees_has_a_label(family: str, language: str) -> None:
    has = Messages(language).has
    assert not [value for value in FAMILIES[family] if not has(f"{family}.{value.value}")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rank_and_browser_reason_has_a_label(language: str) -> None:
    has = Messages(language).has
    assert not [rank for rank in Rank if not has(f"rank.{rank.name.lower()}")]
    assert "reason" in BrowserState.model_fields
    assert all(has(f"browser.{reason}") for reason in ("not_found", "not_launched", "switched_off"))


def test_english_texts_are_english() -> None:
    chinese = {i: t for i, t in catalogue("en").items() if re.search(r"[\u4e00-\u9fff]", t)}
    # The field's own words may stand beside their translation, never alone.
    assert not {i: t for i, t in chinese.items() if not re.search(r"[A-Za-z]{2,}", t)}


@pytest.mark.parametrize(
    "room", ["model", "crawler", "reading", "rules", "checks", "audit", "storage", "report", "gate", "cli.py"]
)
def test_every_fault_raised_has_its_sentence(room: str) -> None:
    sources = [ROOT / room] if room.endswith(".py") else sorted((ROOT / room).rglob("*.py"))
    raised = {
        found
        for path in sources
        for found in re.findall(r"Fault\(\s*\"(fault\.\w+)\"", path.read_text("utf-8"))
    }
    assert not {message_id for message_id in raised if not Messages("zh_CN").has(message_id)}


def test_every_text_the_report_names_exists() -> None:
    templates = "".join(path.read_text("utf-8") for path in (ROOT / "report" / "templates").glob("*.j2"))
    modules = "".join(path.read_text("utf-8") for path in (ROOT / "report").glob("*.py"))
    named = set(re.findall(r"\bt\('([\w.]+)'[,)]", templates))
    named |= set(re.findall(r"\btext\(\s*\"([\w.]+)\"", modules))
    named |= {f"why.{name}" for name in re.findall(r"\.tell\(\s*\"([\w.]+)\"", modules)}
    assert len(named) > 120
    assert not {message_id for message_id in named if not Messages("zh_CN").has(message_id)}
