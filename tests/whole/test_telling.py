"""Digests, deliveries and exports as a person meets them: through the gate, with secrets planted everywhere."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from storage import open_store
from tests.audit import county
from tests.report.post_office import PASSWORD, Office, office
from tests.report.robots import Robot, ok, robot
from tests.whole.gate import Said, duwang


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("county")
    with open_store(f"sqlite:///{place}/d.sqlite3", place / "archive") as store:
        county.build(store)
    return place


@pytest.fixture
def servers() -> Iterator[tuple[Robot, Office]]:
    with robot() as chat, office() as post:
        yield chat, post


def say(*words: str, folder: Path, **env: str) -> Said:
    return duwang(*words, cwd=folder, DUWANG_DB="sqlite:///d.sqlite3", **env)


def test_digest_in_every_form(folder: Path) -> None:
    told = say("digest", folder=folder)
    assert told.code == 0 and told.out.startswith("读网夜巡摘要 2026-11-19 全部网站\n")
    assert "应检查网站 5 个，已检查 2 个，未能检查 3 个；未能检查不等于合格。" in told.out
    assert "丁镇：ding.example 正由 m1 上的检查 R9 采集" in told.out
    page = say("digest", "--format", "html", "--out", "d.html", "--lang", "en", folder=folder)
    assert page.out == "Digest written: d.html\n" and "Not checked does not mean passed" in (
        folder / "d.html"
    ).read_text("utf-8")
    assert say("digest", "--format", "markdown", folder=folder).out.startswith("## 读网夜巡摘要")
    found = say(
        "digest",
        "--night",
        "N2",
        "--organiser",
        "乙局",
        "--format",
        "json",
        "--as-of",
        "2026-11-20",
        folder=folder,
    ).json()
    assert (found["asked"], found["unseen_count"]) == (2, 1)
    assert {part["change"] for part in found["parts"]} == {"reopened", "due_soon", "disputed"}
    span = say("digest", "--since", "2026-11-18", "--as-of", "2026-11-20T08:30", folder=folder)
    assert span.out.startswith(
        "读网摘要（2026-11-18 以来） 全部网站\n时间：2026-11-18 00:00 至 2026-11-20 08:30"
    )


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        (("digest", "--night", "N9"), 3, "N9"),
        (("digest", "--night", "N2", "--since", "2026-11-18"), 3, "--night 与 --since 只能用一个"),
        (("digest", "--since", "昨天"), 3, "昨天"),
        (("digest", "--since", "2199-01-01"), 3, "2199-01-01"),
        (("digest", "--group", "没有"), 3, "没有"),
        (("digest", "--format", "pdf"), 3, "--format"),
        (("deliver",), 3, "DUWANG_CHANNELS"),
        (("deliver", "--channels", "none.toml"), 3, "none.toml"),
        (("export", "units", "--run", "R1"), 3, "--run"),
        (("export", "csv", "--form", "xlsx"), 3, "--form"),
        (("export", "xlsx", "--group", "甲组"), 3, "--group"),
        (("export", "units", "--out", "d.sqlite3/x"), 3, "d.sqlite3/x"),
        (("export", "units", "--form", "pdf"), 3, "--form"),
    ],
)
def test_bad_input_is_one_sentence(folder: Path, words: tuple[str, ...], code: int, part: str) -> None:
    said = say(*words, folder=folder)
    assert (said.code, said.out, len(said.err.splitlines())) == (code, "", 1) and part in said.err, said


def test_a_database_without_nights_says_what_to_do(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path}/d.sqlite3", tmp_path / "archive").close()
    said = say("digest", folder=tmp_path)
    assert said.code == 3 and "--since" in said.err
    units = say("export", "units", "--out", "u", folder=tmp_path)
    assert (units.code, units.out) == (0, "没有可导出的网站：名单为空，也没有完成的检查。\n")


def test_deliver_sends_once_retries_and_tells_no_secret(folder: Path, servers: tuple[Robot, Office]) -> None:
    chat, post = servers
    chat.answers = [ok(45009), ok()]
    path = folder / "channels.toml"
    path.write_text(
        f"""
[channels.robot]
kind = "wecom"
url_env = "ROBOT_URL"
insecure = true
[channels.office]
kind = "mail"
host = "127.0.0.1"
port = {post.port}
security = "none"
insecure = true
from = "duwang@jia.gov.cn"
to = ["office@jia.gov.cn"]
user = "duwang"
password_file = "password"
[channels.board]
kind = "json"
url = "http://127.0.0.1:{chat.server_port}/SECRET-INLINE"
insecure = true
""",
        "utf-8",
    )
    path.chmod(0o644)
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o600)
    env = {"ROBOT_URL": chat.url, "DUWANG_CHANNELS": "channels.toml"}
    first = say("deliver", "--channel", "robot", "--channel", "office", "--json", folder=folder, **env)
    assert first.code == 1  # one of them is still to be sent
    states = {one["channel"]: (one["state"], one["reason"]) for one in first.json()["deliveries"]}
    assert states == {"robot": ("waiting", "undelivered.errcode.45009"), "office": ("delivered", None)}
    assert first.err == "注意：channels.toml 含有密钥，却可被其他用户读取；请执行 chmod 600。\n"
    rest = say("deliver", "--lang", "en", folder=folder, **env)
    assert (
        "2 digests were sent before or wait to be sent again" in rest.out
        and "board: duwang nightly digest" in rest.out
    )
    assert (len(post.letters), rest.code) == (1, 1)
    with open_store(f"sqlite:///{folder}/d.sqlite3", folder / "archive") as store:
        (waiting,) = store.deliveries()
        store.settle_delivery(waiting.model_copy(update={"next_at": waiting.created_at}))  # its time has come
    last = say("deliver", "--retry", folder=folder, **env)
    assert last.code == 0 and "robot：读网夜巡摘要 2026-11-19 1 个网站 已送达（第 2 次）" in last.out
    assert say("deliver", "--retry", folder=folder, **env).out == "没有需要发送的内容。\n"
    anew = say("deliver", "--anew", "--channel", "office", folder=folder, **env)
    assert anew.code == 0 and len(post.letters) == 2
    said = [first, rest, last, anew]
    assert "SECRET" not in "".join(one.out + one.err for one in said)
    kept = b"".join(
        one.read_bytes()
        for one in folder.rglob("*")
        if one.is_file() and one.name not in ("channels.toml", "password")
    )
    assert b"SECRET" not in kept
    told = (
        json.loads(chat.asked[-2].body) if chat.asked[-1].path.startswith("/cgi") else chat.asked[-1].json()
    )
    assert told["kind"] == "duwang.digest" and told["digest"]["asked"] == 5


def test_export_units_and_workbook(folder: Path) -> None:
    said = say("export", "units", "--out", "单位", "--form", "csv", folder=folder)
    assert (said.code, said.out) == (0, f"已导出 3 个单位的清单，目录：{Path('单位', 'index.csv')}\n")
    assert sorted(path.name for path in (folder / "单位").iterdir()) == [
        "index.csv",
        "丁镇.csv",
        "乙局.csv",
        "甲局.csv",
    ]
    rows = list(csv.DictReader(io.StringIO((folder / "单位" / "甲局.csv").read_text("utf-8-sig"))))
    assert [(row["栏目"], row["整改期限"]) for row in rows] == [
        ("v", "2026-12-25"),
        ("a", "2026-11-18"),
        ("c", ""),
    ]
    assert [row["严重程度"] for row in rows] == ["单项否决（疑似，待人工核实）", "扣分", "扣分"]
    assert (
        say("export", "units", "--out", "u2", "--group", "甲组", "--since", "2026-11-19", folder=folder).code
        == 0
    )
    book = openpyxl.load_workbook(folder / "u2" / "甲局.xlsx")
    assert [row[3] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)] == ["v", "b"]
    said = say("export", "xlsx", "--run", "R-N2-jia", "--out", "f.xlsx", folder=folder)
    assert said.out == "已导出：f.xlsx\n"
    page = openpyxl.load_workbook(folder / "f.xlsx").worksheets[0]
    assert page.max_row == 5 and {cell.data_type for row in page.iter_rows() for cell in row} <= {
        "s",
        "n",
        "d",
    }
