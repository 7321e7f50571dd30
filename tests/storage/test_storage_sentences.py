"""Every fault storage can raise has its sentence in both languages, with exactly the parameters it is given."""

import ast
import string
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
# These two are given their id by the caller: see storage.breakdown.disk_fault.
RAISED: dict[str, set[str]] = {
    name: {"folder", "reason"} for name in ("fault.archive_folder", "fault.database_folder")
}

for file in (ROOT / "storage").glob("*.py"):
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "Fault"
            and isinstance(node.args[0], ast.Constant)
        ):
            RAISED[node.args[0].value] = {str(keyword.arg) for keyword in node.keywords} - {"exit_code"}


def sentences(language: str) -> dict[str, str]:
    return tomllib.loads((ROOT / f"report/messages/{language}/storage.toml").read_text("utf-8"))


def everywhere(language: str) -> dict[str, str]:
    """Faults of nights, of upkeep and of the ledger have their sentences among those of their topic."""
    found: dict[str, str] = {}
    for file in sorted((ROOT / f"report/messages/{language}").glob("*.toml")):
        found |= tomllib.loads(file.read_text("utf-8"))
    return found


def fields(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_each_fault_has_its_sentence_and_no_sentence_is_left_over(language: str) -> None:
    told = {name: fields(text) for name, text in sentences(language).items()}
    assert told == {name: given for name, given in RAISED.items() if name in told}
    all_told = everywhere(language)
    assert not RAISED.keys() - all_told.keys()
    assert not {name for name, given in RAISED.items() if not fields(all_told[name]) <= given}


@pytest.mark.parametrize(("language", "stop"), [("zh_CN", "。"), ("en", ".")])
def test_each_sentence_is_one_sentence_that_says_how_to_mend_it(language: str, stop: str) -> None:
    for name, text in sentences(language).items():
        assert text.endswith(stop), name
        assert ("；" if language == "zh_CN" else "; ") in text, f"{name} does not say how to mend it"
        assert "\n" not in text, name
