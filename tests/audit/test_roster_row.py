"""What one cell of a roster may hold, and what each wrong one is told."""

import re
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from audit.roster_row import HEADS, values_of
from model import Hours, Level, SiteKind
from report.messages import LANGUAGES, Messages
from report.roster import FIELDS

DOCS = Path(__file__).parents[2] / "docs"
HOME = "http://www.example.gov.cn/"


def value(field: str, text: str) -> Any:
    values, wrong = values_of({"home": HOME, field: text})
    assert not wrong, wrong
    return values[field]


def faults(row: dict[str, str | None]) -> list[tuple[str, str]]:
    return [(one.field, one.fault.message_id) for one in values_of(row)[1]]


def test_every_head_that_is_written_is_read_again() -> None:
    assert set(FIELDS) == set(HEADS)
    for language in LANGUAGES:
        for field in FIELDS:
            assert "".join(Messages(language).text(f"roster.{field}").split()).lower() in HEADS[field], (
                language,
                field,
            )
    heads = [head for names in HEADS.values() for head in names]
    assert len(heads) == len(set(heads))


def test_the_pages_name_every_column_and_true_heads() -> None:
    for name in ("roster.md", "roster.zh-CN.md"):
        rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", (DOCS / name).read_text("utf-8"), re.M)
        assert [field for field, _ in rows] == list(HEADS)
        for field, told in rows:
            assert {"".join(head.split()).lower() for head in re.split(r"[,、] ?", told)} <= set(
                HEADS[field]
            ), field


NIGHT = Hours(starts=time(20), ends=time(6))


@pytest.mark.parametrize(
    ("field", "text", "told"),
    [
        ("home", "www.example.gov.cn", "http://www.example.gov.cn/"),
        ("home", "HTTPS://WWW.Example.gov.cn/a", "https://www.example.gov.cn/a"),
        ("site_code", "5203990001", "5203990001"),
        ("site_code", "bm12345678", "bm12345678"),
        ("name", "  清溪县\n人民政府 ", "清溪县 人民政府"),
        ("name", "'=SUM(A1)", "=SUM(A1)"),
        ("kind", "部门网站", SiteKind.DEPARTMENT),
        ("kind", "government portal", SiteKind.PORTAL),
        ("level", "县", Level.COUNTY),
        ("level", "地市级", Level.MUNICIPAL),
        ("level", "乡镇级", Level.TOWNSHIP),
        ("level", "Provincial", Level.PROVINCIAL),
        ("packs", "county/taijiang-2021；national/2019-check-indicators, ", ("county/taijiang-2021", "national/2019-check-indicators")),
        ("channels", "甲、乙; 甲", ("甲", "乙")),
        ("delay", "0.2", 0.2),
        ("delay", "２秒", 2.0),
        ("hours", "20:00-06:00", NIGHT),
        ("hours", "２０：００ 至 ６：００", NIGHT),
        ("hours", "20:00～06:00", NIGHT),
        ("hours", "00:00-24:00", Hours(starts=time(), ends=time())),
        ("max_external", "0", 0),
        ("max_pages", "５００", 500),
        ("retired_on", "2026-11-22", date(2026, 11, 22)),
        ("retired_on", "2026/11/2", date(2026, 11, 2)),
        ("retired_on", "2026.11.22", date(2026, 11, 22)),
        ("retired_on", "2026年11月22日", date(2026, 11, 22)),
        ("retired_on", "20261122", date(2026, 11, 22)),
        ("retired_on", "46348", date(2026, 11, 22)),
        ("retired_on", "2026-11-22 00:00", date(2026, 11, 22)),
        ("note", "", None),
        ("packs", "  ", None),
    ],
)  # fmt: skip
def test_what_a_cell_says(field: str, text: str, told: Any) -> None:
    assert value(field, text) == told


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("home", "ftp://a.gov.cn/", "url_invalid"),
        ("home", "见附件", "url_invalid"),
        ("home", "http://u:p@a.gov.cn/", "url_with_password"),
        ("home", "", "row_without_home"),
        ("site_code", "5.20399E+09", "site_code_invalid"),
        ("kind", "论坛", "site_kind_unknown"),
        ("level", "村", "level_unknown"),
        ("group", "level=county", "group_name"),
        ("delay", "0.1", "delay_invalid"),
        ("delay", "快", "delay_invalid"),
        ("delay", "nan", "delay_invalid"),
        ("delay", "61", "delay_invalid"),
        ("hours", "25:00-06:00", "hours_invalid"),
        ("hours", "夜间", "hours_invalid"),
        ("hours", "20-6", "hours_invalid"),
        ("max_pages", "0", "number_invalid"),
        ("max_pages", "1.5", "number_invalid"),
        ("max_minutes", "-1", "number_invalid"),
        ("every_days", "367", "number_invalid"),
        ("mend_days", "三", "number_invalid"),
        ("retired_on", "2026-02-30", "day_invalid"),
        ("retired_on", "11/22/2026", "day_invalid"),
        ("retired_on", "99999", "day_invalid"),
        ("name", "#REF!", "cell_error"),
        ("note", "长" * 501, "cell_too_long"),
    ],
)
def test_what_a_cell_may_not_say(field: str, text: str, message: str) -> None:
    row = {"home": HOME} | {field: text}
    assert faults(row) == [(field, f"fault.{message}")]
    for language in LANGUAGES:
        one = values_of(row)[1][0].fault
        sentence = Messages(language).text(one.message_id, **one.params)
        assert "{" not in sentence and sentence.endswith((".", "。"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("www.x.gov.cn、www.y.gov.cn", "url_several"),
        ("www.x.gov.cn，www.y.gov.cn", "url_several"),
        ("www.x.gov.cn;www.y.gov.cn", "url_several"),
        ("www.x.gov.cn\nwww.y.gov.cn", "url_several"),
        ("www.x.gov.cn/、www.y.gov.cn/", "url_several"),
        ("www.x.gov.cn和www.y.gov.cn", "url_several"),
        ("www.x.gov.cnwww.y.gov.cn", "url_several"),
        ("http://www.x.gov.cn/http://www.y.gov.cn/", "url_several"),
        ("www.x.gov.cn（新）", "host_character"),
        ("“www.x.gov.cn”", "host_character"),
        ("http://www.x.gov.xn--cnwww-2t3d.y.gov.cn/", "host_character"),  # what an older import made of two
        ("*.x.gov.cn", "host_character"),
        ("www..x.gov.cn", "url_invalid"),
        (f"{'a' * 64}.gov.cn", "url_invalid"),
    ],
)
def test_what_is_no_one_host_is_told(text: str, told: str) -> None:
    assert faults({"home": text}) == [("home", f"fault.{told}")]


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("www.颐和园.cn", "http://www.xn--0tr48ch05h.cn/"),
        ("http://清溪县.政务/", "http://xn--5nr542dfoa.xn--zfr164b/"),
        ("www。x。gov。cn", "http://www.x.gov.cn/"),
        ("old_site.x.gov.cn", "http://old_site.x.gov.cn/"),
        ("www.x.gov.cn/col1,2.html", "http://www.x.gov.cn/col1,2.html"),
        ("www.x.gov.cn/www.y.gov.cn/", "http://www.x.gov.cn/www.y.gov.cn/"),
        ("http://www.x.gov.cn/?to=http://www.y.gov.cn", "http://www.x.gov.cn/?to=http://www.y.gov.cn"),
        ("http://[::1]:8000", "http://[::1]:8000/"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000/"),
    ],
)
def test_what_is_one_host_is_taken(text: str, home: str) -> None:
    assert value("home", text) == home


def test_every_wrong_cell_of_a_row_is_told() -> None:
    row = {"home": "见附件", "level": "村", "delay": "快", "name": "甲"}
    assert [field for field, _ in faults(row)] == ["home", "level", "delay"]
    assert faults({"name": "甲"}) == [("home", "fault.row_without_home")]


def test_hours_hold_over_midnight() -> None:
    def at(hour: int, minute: int = 0) -> datetime:
        return datetime(2026, 11, 22, hour, minute, tzinfo=UTC)  # Beijing is eight hours ahead

    assert [NIGHT.holds(at(hour)) for hour in (11, 12, 21, 22)] == [False, True, True, False]
    assert NIGHT.holds(at(21, 59)) and str(NIGHT) == "20:00-06:00"
