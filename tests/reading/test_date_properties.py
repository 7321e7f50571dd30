"""日期性质 What holds for every date in every form, and for every text that only looks like one."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from model import SHANGHAI
from reading.dates import (
    EARLIEST,
    all_dates,
    compact_dates,
    full_dates,
    latest_plausible,
    month_day,
    plain,
    relative_day,
    with_year,
)

AT = datetime(2026, 11, 21, 10, tzinfo=SHANGHAI)
LATEST = latest_plausible(AT)
EXAMPLES = settings(max_examples=150, deadline=None)

DIGITS = "〇一二三四五六七八九"
WIDE = str.maketrans("0123456789-/.:", "０１２３４５６７８９－／．：")


def spoken(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else DIGITS[tens] + "十"
    return head + (DIGITS[ones] if ones else "")


def numerals(day: date, zero: str) -> str:
    year = "".join(zero if digit == "0" else DIGITS[int(digit)] for digit in str(day.year))
    return f"{year}年{spoken(day.month)}月{spoken(day.day)}日"


FORMS = {
    "iso": lambda day: f"{day:%Y-%m-%d}",
    "short iso": lambda day: f"{day.year}-{day.month}-{day.day}",
    "slashes": lambda day: f"{day:%Y/%m/%d}",
    "dots": lambda day: f"{day.year}.{day.month}.{day.day}",
    "characters": lambda day: f"{day.year}年{day.month}月{day.day}日",
    "padded characters": lambda day: f"{day:%Y年%m月%d日}",
    "colloquial": lambda day: f"{day.year}年{day.month}月{day.day}号",
    "spaced": lambda day: f"{day.year} 年 {day.month} 月 {day.day} 日",
    "spaced dashes": lambda day: f"{day.year} - {day:%m} - {day:%d}",
    "wide": lambda day: f"{day:%Y-%m-%d}".translate(WIDE),
    "wide characters": lambda day: f"{day.year}年{day.month}月{day.day}日".translate(WIDE),
    "numerals": lambda day: numerals(day, "〇"),
    "numerals with a circle": lambda day: numerals(day, "○"),
    "numerals with 零": lambda day: numerals(day, "零"),
}
CLOCKS = ("", " 10:08", " 10:08:33", "  10\u223608", " 10时08分", "10:08", " 10：08：33")
BEFORE = st.sampled_from(
    ["", "发布时间：", "[", "（", "来源：某局 ", "0851-25782065 ", "第3号 ", "\n", "共5条 "]
)
AFTER = st.sampled_from(["", "]", "）", " 来源：某局", "\n", "，", " 1/1", " 访问量 2024"])
DAYS = st.dates(EARLIEST, LATEST)


@EXAMPLES
@given(DAYS, st.sampled_from(sorted(FORMS)), st.sampled_from(CLOCKS), BEFORE, AFTER)
def test_every_form_is_found_exactly(day: date, form: str, clock: str, before: str, after: str) -> None:
    if form.startswith("numerals") or (clock[:1] == "1" and FORMS[form](day)[-1] not in "日号"):
        clock = ""  # an hour run into the day's own digits is nobody's to guess
    written = FORMS[form](day) + clock
    text = plain(before + written + after)
    found = all_dates(text, LATEST)
    assert [hit.day for hit in found] == [day]
    assert found[0].raw == plain(written)
    assert text[found[0].start : found[0].end].strip() == found[0].raw
    if clock:
        at = found[0].at
        assert at is not None and (at.hour, at.minute, at.tzinfo) == (10, 8, SHANGHAI)


@EXAMPLES
@given(DAYS)
def test_digits_without_separators(day: date) -> None:
    assert [hit.day for hit in compact_dates(f"{day:%Y%m%d}", LATEST)] == [day]
    assert [hit.day for hit in compact_dates(f"{day:%Y%m%d}101500", LATEST)] == [day]


@EXAMPLES
@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.sampled_from(sorted(FORMS)))
def test_only_believable_days_come_out(day: date, form: str) -> None:
    hits = all_dates(plain(FORMS[form](day)), LATEST)
    assert all(EARLIEST <= hit.day <= LATEST for hit in hits)
    assert bool(hits) == (EARLIEST <= day <= LATEST)


NUMBERS = st.one_of(
    st.from_regex(r"0\d{2,3}-[1-9]\d{6,7}(-\d{1,4})?", fullmatch=True),  # phones
    st.from_regex(r"[京粤黔]ICP备(19|20)\d{6}号(-\d{1,2})?", fullmatch=True),
    st.from_regex(r"[京粤黔]公网安备 ?\d{14}号", fullmatch=True),
    st.from_regex(r"(19|20)\d\d[-—～~](19|20)\d\d年?(度)?", fullmatch=True),  # spans of years
    st.from_regex(r"20[12]\d-20[12]\d学年第[12]学期", fullmatch=True),
    st.from_regex(r"20[12]\d年(1[0-2]|[1-9])-(1[0-2]|[1-9])月", fullmatch=True),
    st.from_regex(r"\d{1,3} ?/ ?\d{1,3}", fullmatch=True),  # pagers
    st.from_regex(r"(25[0-5]|1?\d?\d)(\.(25[0-5]|1?\d?\d)){3}", fullmatch=True),
    st.from_regex(r"[vV]20[12]\d\.\d{1,2}\.\d{1,2}", fullmatch=True),  # versions
    st.from_regex(r"\d\.20[12]\d\.\d{1,2}\.\d{1,2}", fullmatch=True),
    st.from_regex(r"版权所有 ?© ?20[12]\d-20[12]\d", fullmatch=True),
    st.from_regex(r"某政发〔20[12]\d〕\d{1,3}号", fullmatch=True),
)


@EXAMPLES
@given(NUMBERS, st.sampled_from(["", "电话：", "第", "（"]), st.sampled_from(["", " ", "页", "）", "。"]))
def test_what_only_looks_like_a_date(number: str, before: str, after: str) -> None:
    assert all_dates(plain(before + number + after), LATEST) == []


@EXAMPLES
@given(st.text(max_size=120) | st.text("0123456789-/.年月日二〇零十 :", max_size=80))
def test_no_text_raises_and_plain_is_final(text: str) -> None:
    shown = plain(text)
    assert plain(shown) == shown
    for hit in [*all_dates(shown, LATEST), *compact_dates(shown, LATEST)]:
        assert EARLIEST <= hit.day <= LATEST
        assert shown[hit.start : hit.end].strip() == hit.raw
    month_day(shown)
    back = relative_day(text, AT)
    assert back is None or AT.date() - timedelta(days=400) <= back.day <= AT.date()


@EXAMPLES
@given(st.dates(date(2000, 2, 1), LATEST), DAYS)
def test_a_year_less_day_takes_the_last_year_that_fits(newest: date, day: date) -> None:
    made = with_year(day.month, day.day, newest)
    if (day.month, day.day) == (2, 29):
        assert made is None or made <= newest
        return
    assert made is not None
    assert (made.month, made.day) == (day.month, day.day)
    assert made <= newest < made + timedelta(days=367)


@EXAMPLES
@given(DAYS)
def test_month_and_day_alone(day: date) -> None:
    for text in (
        f"{day:%m-%d}",
        f"[ {day:%m-%d} ]",
        f"({day:%m-%d})",
        f"{day.month}月{day.day}日",
        f"{day:%m/%d}",
    ):
        assert month_day(text) == (day.month, day.day), text
    assert month_day(f"{day:%Y-%m-%d}") is None


@EXAMPLES
@given(st.integers(0, 400), st.integers(0, 14_000_000))
def test_days_are_counted_back_in_beijing(count: int, minutes: int) -> None:
    fetched = datetime(2001, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    today = fetched.astimezone(SHANGHAI).date()
    found = relative_day(f"{count}天前", fetched)
    assert found is not None and found.day == today - timedelta(days=count)
    hours = relative_day(f"{count}小时前", fetched)
    assert hours is not None
    assert hours.day == (fetched - timedelta(hours=count)).astimezone(SHANGHAI).date()


def test_words_that_count_back() -> None:
    late = datetime(2026, 11, 21, 16, 10, tzinfo=UTC)  # ten past midnight in Beijing
    told = {text: str(hit.day) if (hit := relative_day(text, late)) else None for text in WORDS}
    assert told == WORDS
    shown = relative_day("昨天 10:08", late)
    assert shown is not None and shown.at == datetime(2026, 11, 21, 10, 8, tzinfo=SHANGHAI)


WORDS = {
    "今天": "2026-11-22",
    "今日": "2026-11-22",
    "昨天": "2026-11-21",
    "前天": "2026-11-20",
    "[3天前]": "2026-11-19",
    "2小时前": "2026-11-21",
    "约 23小时前": None,
    "约23小时前": "2026-11-21",
    "5 分鐘前": "2026-11-22",
    "半小时前": "2026-11-21",
    "刚刚": "2026-11-22",
    "今天是": None,
    "今日要闻": None,
    "三天前": None,
    "999天前": None,
    "7天后": None,
}


def test_forms_of_a_date_parser() -> None:
    """Strings that other parsers are measured with; a day that is run into its hour is nobody's to guess."""
    wanted = {
        "2016年3月20日(日) 21時40分": "2016-03-20 21:40",
        "2016年3月20日 21時40分": "2016-03-20 21:40",
        "2015年04月08日10:05": "2015-04-08 10:05",
        "2015年04月08日10点05": "2015-04-08 10:05",
        "2016年06月30日09时30分": "2016-06-30 09:30",
        "2016年9月14日晚8:00": "2016-09-14 20:00",
        "2016年6月29": None,
        "2016年 2月 5日": None,
    }
    for text, at in wanted.items():
        found = full_dates(plain(text), LATEST)
        assert [hit.raw for hit in found] == [plain(text)]
        assert (f"{found[0].at:%Y-%m-%d %H:%M}" if found[0].at else None) == at
    assert full_dates("2016年6月2911:30", LATEST) == []
    assert full_dates("2024-03-05T20:08:33Z", LATEST)[0].day == date(2024, 3, 6)  # a morning in Beijing
