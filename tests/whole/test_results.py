"""Frozen results at the terminal: shown, written for publication, and held against what a website shows."""

import csv
import hashlib
from pathlib import Path

import pytest

from model import Collation, EntryKind, Publication, told_in
from storage import Store, open_store
from tests.audit.desk.a_result import assessment, final, opened, result
from tests.audit.desk.test_typical import county, year_before
from tests.whole.gate import duwang
from tests.whole.small_site import Answer, small_site

BY = ("--by", "王芳")


def kept(folder: Path) -> Store:
    (folder / "duwang-data").mkdir(exist_ok=True)
    return open_store(f"sqlite:///{folder}/duwang-data/duwang.sqlite3", folder / "duwang-data" / "archive")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with kept(tmp_path) as store:
        opened(store, result(), final())
    return tmp_path


def test_a_result_is_shown_published_and_found_again_on_a_website(folder: Path) -> None:
    shown = duwang("results", "show", "--out", "排名.csv", cwd=folder)
    assert shown.code == 0 and "2\t县财政局\t89.5" in shown.out and "【乡镇】" in shown.out, shown
    assert next(csv.reader((folder / "排名.csv").open(encoding="utf-8-sig")))[:3] == ["组别", "名次", "单位"]
    assert duwang("results", "show", "--json", cwd=folder).json()["digest"] == final().digest

    told = duwang("results", "publish", "--version", "1", "-o", "gs", "--from", "2021-09-30", *BY, cwd=folder)
    assert told.code == 0 and "复核申请截至 2021-10-11" in told.out, told
    page = (folder / "gs" / "2021-v1.html").read_bytes()
    assert {one.name for one in (folder / "gs").iterdir()} == {"2021-v1.html", "2021-v1.csv", "2021-v1.xlsx"}

    changed = page.replace(b">84<", b">85<")
    pages = {
        "/gs.html": Answer(page),
        "/bad.html": Answer(changed),
        "/robots.txt": Answer(b"User-agent: *\nDisallow: /no/"),
    }
    with small_site(pages, lambda _: Answer(b"", 404)) as (home, asked):
        one = ("results", "compare", "--version", "1", *BY)
        refused = duwang(*one, f"{home}gs.html", cwd=folder)
        assert refused.code == 3 and "--allow-private" in refused.err and asked == []
        same = duwang(*one, f"{home}gs.html", "--allow-private", cwd=folder)
        assert same.code == 0 and "所公布的与定稿一致" in same.out and "校验值与定稿相同" in same.out, same
        wrong = duwang(*one, f"{home}bad.html", "--allow-private", cwd=folder)
        assert wrong.code == 2 and "县教育局　得分：公布为 85，定稿为 84" in wrong.out, wrong
        gone = duwang(*one, f"{home}x.html", "--allow-private", cwd=folder)
        kept_out = duwang(*one, f"{home}no/gs.html", "--allow-private", cwd=folder)
        assert (gone.code, kept_out.code) == (3, 3) and "404" in gone.err and "robots.txt" in kept_out.err
        assert "/no/gs.html" not in asked

    with kept(folder) as store:
        entries = store.entries(assessment().dossier)
        (published,) = [told_in(one, Publication) for one in entries if one.kind is EntryKind.PUBLISHED]
        assert str(published.until) == "2021-10-11" and published.digest == result().digest
        read = [told_in(one, Collation) for one in entries if one.kind is EntryKind.COMPARED]
        assert [one.agrees for one in read] == [True, False]
        assert store.paper(read[1].sources[0].sha256) == changed


def test_what_is_not_frozen_is_not_published(tmp_path: Path) -> None:
    with kept(tmp_path) as store:
        opened(store)
    for words in (("show",), ("publish", "-o", "gs", *BY), ("compare", "x.html", *BY)):
        refused = duwang("results", *words, cwd=tmp_path)
        assert refused.code == 3 and "还没有定稿" in refused.err, refused
    assert not (tmp_path / "gs").exists()


def test_problems_points_and_the_report_at_the_terminal(tmp_path: Path) -> None:
    with kept(tmp_path) as store:
        year_before(store)
        county(store)
    of = ("--assessment", "tj2021")
    told = duwang("results", "typical", *of, "--against", "tj2020", cwd=tmp_path)
    assert told.code == 0 and "栏目不更新\t2\t2\t5\t1\t1" in told.out, told
    assert duwang("results", "typical", *of, "-o", "典型问题.md", cwd=tmp_path).code == 0
    assert "栏目不更新" in (tmp_path / "典型问题.md").read_text("utf-8")
    back = duwang("results", "mended", *of, "--unit", "县教育局", cwd=tmp_path)
    assert back.code == 0 and "可恢复 10 分" in back.out and "县财政局" not in back.out, back
    refused = duwang("results", "mended", *of, "-o", "可恢复.pdf", cwd=tmp_path)
    assert refused.code == 3 and ".csv、.xlsx" in refused.err, refused
    made = duwang("results", "report", *of, "-o", "报告", *BY, cwd=tmp_path)
    assert made.code == 0, made
    with kept(tmp_path) as store:
        (entry,) = store.entries("assessment:tj2021", [EntryKind.PUBLISHED])
        record = told_in(entry, Publication)
    assert (record.what, record.until, len(record.files)) == ("report", None, 3)
    for paper in record.files:
        assert hashlib.sha256((tmp_path / "报告" / paper.name).read_bytes()).hexdigest() == paper.sha256
