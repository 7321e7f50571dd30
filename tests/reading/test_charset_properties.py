"""Any Chinese page comes back as it was written, whatever it was encoded in; no bytes make decoding raise."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from reading import decode

WORDS = (
    "政府信息公开", "通知公告", "关于印发实施意见的通知", "人力资源和社会保障局", "工作动态", "来源", "发布时间", "当前位置",
    "各乡镇人民政府", "政策解读", "依申请公开", "年度报告", "县人民政府办公室", "您现在所在的位置是首页",
)  # fmt: skip
TRADITIONAL = (
    "政府資訊公開",
    "最新消息",
    "關於本局",
    "業務資訊",
    "便民服務",
    "網站導覽",
    "民意信箱",
    "施政計畫",
)
TEXT = st.lists(st.sampled_from(WORDS), min_size=8, max_size=60).map("，".join)


def page(text: str, label: str | None) -> str:
    meta = f'<meta charset="{label}">' if label else ""
    return f"<html><head>{meta}<title>{text[:20]}</title></head><body><p>{text}</p></body></html>"


@settings(max_examples=60, deadline=None)
@given(text=TEXT, actual=st.sampled_from(["utf-8", "gb18030"]), header=st.none() | st.sampled_from(["utf-8", "gbk"]), meta=st.none() | st.sampled_from(["utf-8", "gb2312"]))  # fmt: skip
def test_what_is_declared_never_spoils_what_the_bytes_say(
    text: str, actual: str, header: str | None, meta: str | None
) -> None:
    written = page(text, meta)
    read, charset = decode(written.encode(actual), header)
    assert (read, charset.actual, charset.replaced) == (written, actual, 0)
    families = {"utf-8": "utf-8", "gbk": "gb18030", "gb2312": "gb18030"}
    assert charset.mismatch is any(families[one] != actual for one in (header, meta) if one)


@settings(max_examples=30, deadline=None)
@given(text=TEXT, order=st.sampled_from(["utf-16-le", "utf-16-be"]), meta=st.none() | st.just("gb2312"))
def test_a_byte_order_mark_outranks_every_label(text: str, order: str, meta: str | None) -> None:
    written = page(text, meta)
    read, charset = decode(b"".join((("\ufeff").encode(order), written.encode(order))), "gbk")
    assert (read, charset.actual, charset.bom) == (written, order, True)


@settings(max_examples=30, deadline=None)
@given(words=st.lists(st.sampled_from(TRADITIONAL), min_size=8, max_size=40))
def test_declared_big5_is_read(words: list[str]) -> None:
    written = page("，".join(words), "big5")
    read, charset = decode(written.encode("big5"), None)
    assert (read, charset.replaced) == (written, 0)


@settings(max_examples=60, deadline=None)
@given(text=TEXT, at=st.integers(0, 10_000), byte=st.integers(0x80, 0xFF))
def test_one_broken_byte_costs_a_character_or_two(text: str, at: int, byte: int) -> None:
    """UTF-8 with one byte gone wrong stays UTF-8, and what stands before that byte is read as written."""
    written = page(text, "utf-8")
    body = written.encode()
    where = at % len(body)
    read, charset = decode(body[:where] + bytes([byte]) + body[where + 1 :], None)
    assert charset.actual == "utf-8"
    assert charset.replaced <= 3
    before = body[:where].decode("utf-8", "ignore")
    assert read.startswith(before)


@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=400), header=st.none() | st.text(max_size=12))
@example(body=b"\xff\xfe\xd8", header="utf-16")
@example(body=b"<meta charset=rot13>\x80", header="hex")
def test_no_bytes_and_no_label_raise(body: bytes, header: str | None) -> None:
    text, charset = decode(body, header)
    assert isinstance(text, str) and charset.actual
