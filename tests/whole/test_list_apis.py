"""A whole audit of a site whose columns are filled by list APIs, with POST and with GET, and its replay."""

import json
from pathlib import Path

import pytest

from fixtures.list_apis import Asked, Kept, Told, jpaas, jpage, serve
from tests.test_cases import test_case as case_holds
from tests.whole.gate import duwang

LONG, BLANK, FAILED, CLOSED, OLD = jpage.COLUMNS[3:8]
BLANK_TOO, FAILED_TOO, OLD_TOO = jpaas.COLUMNS[2], jpaas.COLUMNS[3], jpaas.COLUMNS[5]


class County:
    """Columns of both systems; nothing else of theirs is there, so that the crawl is short."""

    NAME = "county"
    COLUMNS: tuple[Kept, ...] = (LONG, BLANK, FAILED, CLOSED, OLD, BLANK_TOO, FAILED_TOO, OLD_TOO)

    @staticmethod
    def answer(asked: Asked) -> Told | None:
        if asked.path == "/robots.txt":
            return Told("User-agent: *\nDisallow: /closed/\n", "text/plain")
        told = jpage.answer(asked) or jpaas.answer(asked)
        if told is not None and asked.path == CLOSED.path:
            return told._replace(body=told.body.replace(jpage.PROXY, f"/closed{jpage.PROXY}"))
        return told


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Asked]]:
    folder = tmp_path_factory.mktemp("list_apis")
    seen: list[Asked] = []
    with serve(County, seen=seen) as home:
        said = duwang(
            "audit", home, "--allow-private", "--no-browser", "--delay", "0", "--confirm-after", "1",
            "--as-of", "2026-11-12T09:00", "--out", "live", cwd=folder,
        )  # fmt: skip
    assert said.code == 2
    return folder, seen


def verdicts(folder: Path, out: str = "live") -> dict[tuple[str, str], dict]:
    lines = (folder / out / "findings.jsonl").read_text("utf-8").splitlines()
    found = [json.loads(line)["verdict"] for line in lines]
    return {(one["check"], one["locus"]): one for one in found}


def key(kept: Kept) -> str:
    return kept.path.removesuffix("index.html")


def test_old_and_empty_columns_are_found(audited: tuple[Path, list[Asked]]) -> None:
    told = verdicts(audited[0])
    columns = {
        locus: (check, one["outcome"], one["newest"])
        for (check, locus), one in told.items()
        if "/col/" in locus
    }
    assert columns == {
        key(OLD): ("stale_column", "fail", "2023-03-04"),
        key(OLD_TOO): ("stale_column", "fail", "2024-02-01"),
        key(BLANK): ("zombie_column", "fail", None),
        key(BLANK_TOO): ("zombie_column", "fail", None),
    }
    (evidence,) = told["stale_column", key(OLD)]["evidence"]
    assert evidence["quote"].startswith(OLD.rows[0].title)
    assert evidence["url"].endswith(OLD.path)


def test_what_an_api_would_not_tell_is_unread_and_accused_of_nothing(
    audited: tuple[Path, list[Asked]],
) -> None:
    told = json.loads(duwang("columns", "--json", cwd=audited[0]).out)
    rows = [*told["menu"], *told["elsewhere"]]
    columns = {one["column"]["key"]: one["column"] for one in rows if one.get("column")}
    state = {
        found["key"]: (found["form"], found["rows"], found["complete"], found["unread"])
        for found in columns.values()
    }
    assert {where: told for where, told in state.items() if "/col/" in where} == {
        key(LONG): ("list", 40, True, None),
        key(BLANK): ("list", 0, True, None),
        key(FAILED): ("unknown", None, False, "not_rendered"),
        key(CLOSED): ("unknown", None, False, "not_rendered"),
        key(OLD): ("list", 6, True, None),
        key(BLANK_TOO): ("list", 0, True, None),
        key(FAILED_TOO): ("unknown", None, False, "not_rendered"),
        key(OLD_TOO): ("list", 5, True, None),
    }
    accused = {locus for _, locus in verdicts(audited[0])}
    assert not accused & {key(FAILED), key(CLOSED), key(FAILED_TOO)}
    assert not [locus for locus in accused if "dataproxy" in locus or "api-gateway" in locus]


def test_each_question_is_asked_once_as_the_page_asks_it(audited: tuple[Path, list[Asked]]) -> None:
    asked = [one for one in audited[1] if one.path in (jpage.PROXY, jpaas.UNIT)]
    posted = sorted((one.form["columnid"], one.query["startrecord"]) for one in asked if one.method == "POST")
    assert posted == [("104", "1"), ("104", "21"), ("105", "1"), ("106", "1"), ("108", "1")]
    assert sorted(one.query["pageId"] for one in asked if one.method == "GET") == ["303", "304", "306"]
    for one in asked:
        number = one.form.get("columnid") or one.query["pageId"]
        assert one.referer.endswith(f"/col/col{number}/index.html")
    assert not [one.path for one in audited[1] if one.path.startswith("/closed/")]  # as robots.txt asks


def test_a_replay_gives_the_same_bytes(audited: tuple[Path, list[Asked]]) -> None:
    assert duwang("judge", "--against", "last", "--out", "again", cwd=audited[0]).code == 2
    for file in ("findings.jsonl", "findings.csv"):
        assert (audited[0] / "again" / file).read_bytes() == (audited[0] / "live" / file).read_bytes()


def test_a_finding_becomes_a_case_that_says_the_same(audited: tuple[Path, list[Asked]]) -> None:
    lines = (audited[0] / "live" / "findings.jsonl").read_text("utf-8").splitlines()
    found = next(one for one in map(json.loads, lines) if one["verdict"]["locus"] == key(OLD))
    finding = f"F-{found['fingerprint'][:10]}"
    assert OLD.rows[0].title in duwang("why", finding, cwd=audited[0]).out
    assert duwang("case", finding, "--fail", "--out", "cases", cwd=audited[0]).code == 0
    (path,) = (audited[0] / "cases").glob("*/case.json")
    pages = json.loads(path.read_text("utf-8"))["pages"]
    assert [page["snapshot"]["method"] for page in pages] == ["POST", "GET"]
    case_holds(path)
