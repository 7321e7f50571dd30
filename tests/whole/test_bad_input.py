"""Whatever is wrong is told in one sentence that says how to mend it, with the right exit code."""

import os
import socket
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.whole.gate import Said, duwang

GOOD_RULE = """
id: my/pack
title: 自编
version: "1"
document: 自编〔2026〕1号
level: county
effective_from: "2026-01-01"
sections: [{id: A, title: 甲}]
rules:
  - id: MY-A-01
    section: A
    title: 动态
    basis: [{document: 自编〔2026〕1号, clause: 第一条, grade: S}]
    check: stale_column
    params: {period: P14D}
    severity: deduct
"""


def told(said: Said, code: int, *parts: str) -> None:
    assert said.code == code, said
    sentences = [line for line in said.err.splitlines() if line.strip()]
    assert len(sentences) == 1, said.err
    for part in parts:
        assert part in sentences[0]


@pytest.mark.parametrize(
    "text", ["不是网址", "ftp://www.example.gov.cn/", "http://", "javascript:alert(1)", "http://a b/"]
)
def test_not_a_url(tmp_path: Path, text: str) -> None:
    told(duwang("audit", text, cwd=tmp_path), 3, text, "http://www.example.gov.cn/")


def test_a_url_with_a_password_is_refused_without_repeating_it(tmp_path: Path) -> None:
    said = duwang("audit", "http://me:geheim@www.example.gov.cn/", cwd=tmp_path)
    told(said, 3, "www.example.gov.cn")
    assert "geheim" not in said.err


@contextmanager
def listening(serve: bool, answer: bytes = b"") -> Iterator[int]:
    """A port that takes connections and says `answer`, or nothing at all."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        stop = threading.Event()
        held: list[socket.socket] = []

        def take() -> None:
            while not stop.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                held.append(connection)
                if serve:
                    connection.sendall(answer)
                    connection.close()

        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        stop.set()
        thread.join()
        for connection in held:
            connection.close()


def refused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def audit(url: str, cwd: Path, *more: str) -> Said:
    said = duwang(
        "audit",
        url,
        "--allow-private",
        "--no-browser",
        "--delay",
        "0",
        "--confirm-after",
        "1",
        *more,
        cwd=cwd,
    )
    progress = ("已采集", "正在")
    return said._replace(
        err="\n".join(line for line in said.err.splitlines() if not line.startswith(progress))
    )


def test_unknown_host(tmp_path: Path) -> None:
    told(audit("http://no-such-host.invalid/", tmp_path), 1, "no-such-host.invalid", "核对网址")


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    """A folder with one audit of a host that refuses connections, and what it said."""
    folder = tmp_path_factory.mktemp("refused")
    return folder, audit(f"http://127.0.0.1:{refused_port()}/", folder)


def test_a_host_that_refuses(refused: tuple[Path, Said]) -> None:
    told(refused[1], 1, "拒绝连接")


def test_a_host_that_never_answers(tmp_path: Path) -> None:
    with listening(serve=False) as port:
        told(audit(f"http://127.0.0.1:{port}/", tmp_path, "--timeout", "0.5"), 1, "没有应答")


def test_tls_that_is_none(tmp_path: Path) -> None:
    with listening(serve=True, answer=b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        told(audit(f"https://127.0.0.1:{port}/", tmp_path), 1, "TLS")


def test_a_private_address_needs_a_word(tmp_path: Path) -> None:
    said = duwang("audit", "http://127.0.0.1:9/", "--no-browser", cwd=tmp_path)
    assert said.code == 1 and "--allow-private" in said.err


def test_an_unreachable_run_is_kept_as_failed_and_never_as_finished(refused: tuple[Path, Said]) -> None:
    folder, _ = refused
    assert [run["state"] for run in duwang("runs", "--json", cwd=folder).json()] == ["failed"]
    told(duwang("findings", cwd=folder), 3, "duwang audit")


def test_unknown_pack(tmp_path: Path) -> None:
    told(
        duwang("audit", "http://www.example.gov.cn/", "--pack", "national/nonsense", cwd=tmp_path),
        3,
        "national/nonsense",
    )


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("    check: stale_column", "    check: stale_colum"), "stale_colum"),
        (("{period: P14D}", "{period: 14}"), "MY-A-01"),
        (("    basis: [{document: 自编〔2026〕1号, clause: 第一条, grade: S}]\n", ""), "MY-A-01"),
        (("severity: deduct", "severity: deduct\n    colour: red"), "colour"),
        (("rules:\n", "rules:\n  - {id: MY-A-01, section: A, title: 乙, check: stale_column, params: {period: P1Y},"
          " severity: deduct, basis: [{document: 甲, clause: 乙, grade: S}]}\n"), "MY-A-01"),
        (("title: 自编\n", "title: [自编\n"), "pack.yaml"),
    ],
    ids=["unknown check", "bad params", "no citation", "unknown field", "twice the same id", "not YAML"],
)  # fmt: skip
def test_a_broken_pack_is_refused_whole(tmp_path: Path, change: tuple[str, str], named: str) -> None:
    pack = tmp_path / "pack.yaml"
    pack.write_text(GOOD_RULE, "utf-8")
    assert duwang("rules", "check", str(pack), cwd=tmp_path).code == 0
    assert change[0] in GOOD_RULE
    pack.write_text(GOOD_RULE.replace(*change), "utf-8")
    told(duwang("rules", "check", str(pack), cwd=tmp_path), 3, "pack.yaml", named)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told(
        duwang("audit", "http://www.example.gov.cn/", "--out", "file/out", cwd=tmp_path),
        3,
        "file/out",
        "--out",
    )


@contextmanager
def mounted(folder: Path, options: str) -> Iterator[Path]:
    """A small file system of its own, mounted with `options`; skips where nothing can be mounted."""
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_read_only_folder(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "ro") as disk:
        told(duwang("audit", "http://www.example.gov.cn/", cwd=disk), 3, "duwang-data")


def database(folder: Path) -> Path:
    assert duwang("sites", "add", "http://www.example.gov.cn/", cwd=folder).code == 0
    return folder / "duwang-data" / "duwang.sqlite3"


def test_a_locked_database(tmp_path: Path) -> None:
    with sqlite3.connect(database(tmp_path), isolation_level=None) as holder:
        holder.execute("BEGIN EXCLUSIVE")
        told(duwang("sites", "add", "http://other.example.gov.cn/", cwd=tmp_path), 1, "duwang.sqlite3")
        holder.execute("ROLLBACK")
    holder.close()


def test_a_corrupt_database(tmp_path: Path) -> None:
    file = database(tmp_path)
    for beside in file.parent.glob("*-wal"):
        beside.unlink()
    file.write_bytes(b"SQLite format 3\0" + b"\xff" * 8000)
    told(duwang("runs", cwd=tmp_path), 3, "duwang.sqlite3")


def test_a_newer_schema(tmp_path: Path) -> None:
    with sqlite3.connect(database(tmp_path)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE '%version_num%'").fetchone()
        connection.execute(f"UPDATE {found[0]} SET version_num = '9999_from_the_future'")  # noqa: S608
    connection.close()
    told(duwang("runs", cwd=tmp_path), 3, "升级")


def test_no_database_yet(tmp_path: Path) -> None:
    told(duwang("runs", cwd=tmp_path), 3)
    assert not (tmp_path / "duwang-data").exists()


def test_a_full_disk(tmp_path: Path) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n\r\n" + os.urandom(500_000)
    with mounted(tmp_path / "disk", "size=256k") as disk, listening(serve=True, answer=answer) as port:
        told(audit(f"http://127.0.0.1:{port}/", disk, "--out", str(tmp_path / "out")), 1)


def test_no_words_at_all_show_the_help(tmp_path: Path) -> None:
    said = duwang(cwd=tmp_path)
    assert "audit" in said.out + said.err


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["audit", "http://www.example.gov.cn/", "--as-of", "去年"], "去年"),
        (["audit", "http://www.example.gov.cn/", "--no-browser", "--require-browser"], "--no-browser"),
        (["audit", "http://www.example.gov.cn/", "--max-pages", "0"], "--max-pages"),
        (["audit", "http://www.example.gov.cn/", "--colour"], "--colour"),
        (["audit"], "URL|SITE"),
        (["nonsense"], "nonsense"),
        (["rules", "show", "N19-NOPE-01"], "N19-NOPE-01"),
        (["checks", "show", "nope"], "nope"),
        (["runs", "--db", "oracle://x/y"], "oracle"),
    ],
)
def test_wrong_words(tmp_path: Path, words: list[str], part: str) -> None:
    told(duwang(*words, cwd=tmp_path), 3, part)


def test_the_same_sentences_in_english(tmp_path: Path) -> None:
    told(duwang("audit", "nonsense", "--lang", "en", cwd=tmp_path), 3, "is not a web address")
    told(duwang("audit", "nonsense", cwd=tmp_path, DUWANG_LANG="en"), 3, "is not a web address")


def test_a_roster_with_wrong_rows_is_not_taken_at_all(tmp_path: Path) -> None:
    (tmp_path / "名单.csv").write_bytes(
        "单位,网站名称,首页地址,网站标识码\n甲局,甲,www.jia.gov.cn,5203990001\n乙局,乙,,5203990002\n丙局,丙,www.bing.gov.cn,123\n".encode(
            "gbk"
        )
    )
    said = duwang("sites", "import", "名单.csv", cwd=tmp_path)
    assert said.code == 3
    assert [line.split("：")[0] for line in said.err.splitlines()[:2]] == ["第 3 行", "第 4 行"]
    assert duwang("sites", "list", "--json", cwd=tmp_path).json() == []


@pytest.mark.parametrize("words", [["--lang", "fr"], ["--as-of", "0001-01-01"], ["--as-of", "9999-12-31"]])
def test_values_that_make_no_sense(tmp_path: Path, words: list[str]) -> None:
    told(duwang("audit", "http://www.example.gov.cn/", *words, cwd=tmp_path), 3, words[1])


def test_a_home_page_that_is_gone_is_neither_clean_nor_scored(tmp_path: Path) -> None:
    with listening(serve=True, answer=b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") as port:
        said = audit(f"http://127.0.0.1:{port}/", tmp_path)
    assert said.code == 1
    assert "未发现问题" not in said.out and "未评分" in said.out and "首页未能打开" in said.out
