"""Facts that were packed and unpacked are the same facts, whatever lies on the disk; what is damaged is noticed, and shared parts are one."""

import pickle
from datetime import date, datetime
from pathlib import Path

import pytest

from model import (
    SHANGHAI,
    Charset,
    Crumb,
    Dated,
    DateSource,
    FetchOutcome,
    ItemList,
    Link,
    LinkPlace,
    LinkRelation,
    ListItem,
    PageFacts,
    PageKind,
    Purpose,
    Rank,
    Snapshot,
    TextPrint,
)
from storage import Packer, Unpacker
from storage.spill import Spill

HOME = "http://www.qinghe.gov.cn/"
AT = datetime(2026, 11, 20, 22, tzinfo=SHANGHAI)
MENU = tuple(
    Link(
        url=f"{HOME}{name}/", raw=f"/{name}/", anchor=name, relation=LinkRelation.INTERNAL, place=LinkPlace.NAVIGATION
    )
    for name in ("gzdt", "tzgg", "zwgk")
)  # fmt: skip


def snapshot(number: int = 1) -> Snapshot:
    return Snapshot(
        id=f"R1/{number:06d}", run_id="R1", url=f"{HOME}a/{number}.html", final_url=f"{HOME}a/{number}.html",
        purpose=Purpose.ARTICLE, rank=Rank.ARTICLE, fetched_at=AT, outcome=FetchOutcome.OK, elapsed_ms=7,
    )  # fmt: skip


def facts(number: int = 1, **more: object) -> PageFacts:
    own = Link(url=f"{HOME}f/{number}.pdf", raw="f.pdf", anchor="附件", relation=LinkRelation.ATTACHMENT, place=LinkPlace.CONTENT)  # fmt: skip
    row = ListItem(title="通知", url=f"{HOME}b.html", dated=Dated(value=date(2026, 1, 2), at=AT, source=DateSource.ROW, raw="01-02", inferred_year=True))  # fmt: skip
    return PageFacts(
        snapshot_id=f"R1/{number:06d}", url=f"{HOME}a/{number}.html", final_url=f"{HOME}a/{number}.html",
        purpose=Purpose.ARTICLE, outcome=FetchOutcome.OK, kind=PageKind.ARTICLE, charset=Charset(actual="gb18030"),
        title=f"第{number}号 \ud83d", meta={"columnname": "公告", "": "无名"}, crumbs=(Crumb(name="首页", url=HOME),),
        dated=Dated(value=date(2026, 1, 2), source=DateSource.LABEL, raw="2026-01-02"), lists=(ItemList(items=(row,)),),
        links=(*MENU, own), navigation=MENU, text=f"正文{number}", text_print=TextPrint(length=3, simhash="0" * 16),
        elapsed_ms=7, reader="5",
    ).model_copy(update=more)  # fmt: skip


PAGES = {
    "an article": facts(),
    "nothing but what must be told": PageFacts(
        snapshot_id="R1/000001", url=HOME, final_url=HOME, purpose=Purpose.HOME, outcome=FetchOutcome.OK, kind=PageKind.OTHER
    ),
    "no text": facts(text=""),
    "no links": facts(links=(), navigation=()),
    "nothing but text": facts(links=(), lists=(), meta={}),
    "a false that is not the default": facts(lists=(ItemList(items=(), heading="", total=0),)),
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_facts_come_back_as_they_were(tmp_path: Path, page: PageFacts) -> None:
    unpacker = Unpacker(tmp_path)
    packed = Packer().pack(page)
    unpacker.learn(packed.parts)
    again = unpacker.unpack(packed.body, packed.names, snapshot())
    assert again == page and page == again and again != page.model_copy(update={"fills": HOME})
    for name in PageFacts.model_fields:
        assert getattr(again, name) == getattr(page, name), name
    assert list(again.whole().__dict__) == list(page.__dict__)
    assert pickle.loads(pickle.dumps(again)) == page  # noqa: S301 - our own bytes
    changed = again.model_copy(update={"links": (), "outcome": FetchOutcome.GONE})
    assert changed == page.model_copy(update={"links": (), "outcome": FetchOutcome.GONE})
    assert not hasattr(again, "no_such_field")


def test_what_many_pages_share_is_told_once_and_is_one_object(tmp_path: Path) -> None:
    packer, unpacker = Packer(), Unpacker(tmp_path)
    packed = [packer.pack(facts(number)) for number in (1, 2)]
    assert packed[0].parts and not packed[1].parts
    unpacker.learn(packed[0].parts)
    one, two = (
        unpacker.unpack(told.body, told.names, snapshot(number)) for number, told in enumerate(packed, 1)
    )
    assert one.navigation is two.navigation and one.charset is two.charset and one.dated is two.dated
    assert one.links[0] is two.links[0] and one.links[-1] != two.links[-1]
    assert (one.snapshot_id, two.snapshot_id, two.text) == ("R1/000001", "R1/000002", "正文2")
    slow = snapshot(2).model_copy(update={"elapsed_ms": 4000, "id": "R9/000003"})
    assert unpacker.unpack(packed[1].body, packed[1].names, slow) == facts(2, elapsed_ms=4000, snapshot_id="R9/000003")  # fmt: skip


def test_what_is_not_whole_is_noticed(tmp_path: Path) -> None:
    packed = Packer().pack(facts())
    unpacker = Unpacker(tmp_path)
    name = next(iter(packed.parts))
    unpacker.learn(packed.parts | {name: packed.parts[name] + b" "})
    assert unpacker.lacks(packed.names) == [name], "a part that is not what its name says is no part"
    for body, names in (
        (packed.body, packed.names),
        (packed.body[:20], b""),
        (b"", b""),
        (b"\xff" * 90, b""),
    ):
        with pytest.raises(Exception, match=r"."):
            unpacker.unpack(body, names, snapshot())


def test_without_a_disk_it_stays_in_memory(tmp_path: Path) -> None:
    packed = Packer().pack(facts())
    unpacker = Unpacker(tmp_path / "no such folder")
    unpacker.learn(packed.parts)
    pages = [unpacker.unpack(packed.body, packed.names, snapshot()) for _ in range(70)]
    assert all(page == facts() for page in pages)


def test_when_the_disk_is_full_the_rest_stays_in_memory(tmp_path: Path) -> None:
    class Full:
        def __init__(self, file) -> None:
            self.fileno, self._write, self.room = file.fileno, file.write, 20

        def write(self, body: bytes) -> int:
            written = self._write(body[: self.room])
            self.room -= written
            return written

    spill = Spill(tmp_path)
    spill._file = Full(spill._file)
    laid = [bytes([number]) * (number + 4) for number in range(8)]
    places = [spill.put(body) for body in laid]
    assert [spill.get(place, len(body)) for place, body in zip(places, laid, strict=True)] == laid
    assert spill.get(places[6] + 2, 3) == laid[6][2:5] and spill.get(places[1] + 2, 3) == laid[1][2:]
    with pytest.raises(ValueError, match="gone"):
        spill.get(places[-1], 90)
