"""What every check promises, and what strangers' checks may not do."""

import inspect
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import checks
from checks import stale_column
from checks.likeness import alike
from model import (
    Column,
    ColumnForm,
    Dated,
    DateSource,
    Fault,
    ListItem,
    Moment,
    Params,
    Period,
    Subject,
    Unsure,
)

HEADINGS = ("何为问题", "怎样测量", "反例", "正例", "局限")


@pytest.mark.parametrize("name", sorted(checks.ALL))
def test_a_check_explains_itself_and_provides_what_the_house_asks(name: str) -> None:
    module = checks.ALL[name]
    text = inspect.getdoc(module) or ""
    lines = text.splitlines()
    assert lines[0].isprintable() and any(
        character.isascii() and character.isalpha() for character in lines[0]
    )
    assert [line.split(":")[0] for line in lines if line.split(":")[0] in HEADINGS] == list(HEADINGS)
    assert isinstance(module.SUBJECT, Subject)
    assert issubclass(module.Params, Params)
    assert list(inspect.signature(module.judge).parameters) == ["subject", "params", "moment"]


def test_the_list_of_checks_and_the_files_agree() -> None:
    files = {
        path.stem
        for path in Path(inspect.getfile(checks)).parent.glob("*.py")
        if "SUBJECT =" in path.read_text("utf-8")
    }
    assert files == set(checks.ALL)


def install(folder: Path, name: str, target: str, module: str = "", source: str = "") -> None:
    found = folder / "stranger-1.0.dist-info"
    found.mkdir(exist_ok=True)
    (found / "METADATA").write_text("Metadata-Version: 2.1\nName: stranger\nVersion: 1.0\n")
    (found / "entry_points.txt").write_text(f"[{checks.ENTRY_POINT_GROUP}]\n{name} = {target}\n")
    if module:
        (folder / f"{module}.py").write_text(source)


def test_a_strangers_check_is_taken_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = (
        "from model import Params as Base, Subject\n"
        "SUBJECT = Subject.PAGE\nNEEDS = frozenset()\n"
        "class Params(Base):\n    pass\n"
        "def judge(subject, params, moment):\n    yield from ()\n"
    )
    install(tmp_path, "long_title", "stranger_long_title", "stranger_long_title", source)
    monkeypatch.syspath_prepend(str(tmp_path))
    loaded = checks.load_checks()
    assert set(loaded) == {*checks.ALL, "long_title"}
    assert checks.params_of(loaded)["long_title"].__module__ == "stranger_long_title"


@pytest.mark.parametrize(
    ("name", "target", "source", "message", "params"),
    [
        ("dead_link", "stranger_a", "", "fault.check_clash", {"name": "dead_link", "origin": "stranger"}),
        (
            "odd",
            "stranger_b",
            "raise OSError",
            "fault.check_not_loaded",
            {"name": "odd", "origin": "stranger"},
        ),
        (
            "odd",
            "stranger_c",
            "SUBJECT = NEEDS = None",
            "fault.check_malformed",
            {"name": "odd", "origin": "stranger", "lacking": "Params, judge"},
        ),
    ],
)
def test_a_strangers_faulty_check_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    target: str,
    source: str,
    message: str,
    params: dict[str, str],
) -> None:
    install(tmp_path, name, target, target, source)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(Fault) as refused:
        checks.load_checks()
    assert (refused.value.message_id, refused.value.params, refused.value.exit_code) == (message, params, 3)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("政府文件", "政策文件", True),
        ("本县政策文件选编", "政策文件", True),
        ("政策解读", "政策文件", False),
        ("依申请公开", "政府信息公开指南", False),
        ("政府信息公开制度", "政府信息公开指南", False),
        ("政府信息公开年度报告", "政府信息公开年报", True),
        ("信息公开", "政府信息公开", True),
        ("领导活动", "领导信息", False),
        ("", "政策文件", False),
    ],
)
def test_likeness(left: str, right: str, expected: bool) -> None:
    assert alike(left, right) is expected


days = st.dates(date(2000, 1, 1), date(2030, 12, 31))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(days, st.sampled_from(list(DateSource)), st.booleans()), max_size=6),
    days,
    st.booleans(),
)
def test_no_column_with_a_row_in_time_is_ever_accused(
    rows: list[tuple[date, DateSource, bool]], today: date, complete: bool
) -> None:
    period = Period.model_validate("P14D")
    items = tuple(
        ListItem(title="甲", url="u", dated=Dated(value=day, source=source, inferred_year=inferred))
        for day, source, inferred in rows
    )
    column = Column(key="k", name="n", url="u", form=ColumnForm.LIST, items=items, complete=complete)
    moment = Moment(as_of=datetime(today.year, today.month, today.day, 12))  # noqa: DTZ001 - Moment reads it as Beijing time
    found = list(stale_column.judge(column, stale_column.Params(period=period), moment))
    in_time = any(today - timedelta(days=14) <= day <= today for day, _, _ in rows)
    assert not (in_time and found)
    if any(not isinstance(hit, Unsure) for hit in found):
        assert all(day < today - timedelta(days=14) for day, _, _ in rows)
