"""An evidence zip is verified without any of ours, and one changed byte in any member is named."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from report.evidence_verify import verify
from tests.whole.demo_server import audited_demo
from tests.whole.gate import duwang


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo portal, audited and sealed."""
    return audited_demo(tmp_path_factory, "evidence")


@pytest.fixture(scope="module")
def dead(folder: Path) -> str:
    found = duwang("findings", "--json", cwd=folder).json()
    one = next(
        one for one in found if one["verdict"]["check"] == "dead_link" and one["verdict"]["outcome"] == "fail"
    )
    return "F-" + str(one["fingerprint"])[:10]


@pytest.fixture(scope="module")
def packed(folder: Path, dead: str) -> Path:
    said = duwang("evidence", dead, "-o", "a.zip", "--pictures", "0", cwd=folder)
    assert said.code == 0 and "SHA-256" in said.out, said
    return folder / "a.zip"


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as pack:
        return {name: pack.read(name) for name in pack.namelist()}


def written(path: Path, content: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as pack:
        for name, one in content.items():
            pack.writestr(name, one)
    return path


def named(path: Path) -> set[str]:
    return {params.get("file", "") for name, params in verify(path) if not name.startswith("note_")}


def alone(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Python with nothing but its standard library, in a folder of strangers."""
    return subprocess.run(
        [sys._base_executable, "-I", "-S", *words], cwd=cwd, env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1"},
        capture_output=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip


def test_whoever_unpacks_it_can_verify_it_without_duwang(packed: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(packed) as pack:
        pack.extractall(tmp_path / "out")
    said = alone("verify.py", cwd=tmp_path / "out")
    assert said.returncode == 0 and said.stdout.endswith("\n核验无异常。\nNothing is wrong.\n"), said
    assert "问题 1 个" in said.stdout and "随附函件所写核对" in said.stdout
    said = alone("out/verify.py", str(packed), cwd=tmp_path)
    assert said.returncode == 0 and sha256(packed.read_bytes()).hexdigest() in said.stdout, said
    sums = subprocess.run(
        ["sha256sum", "-c", "--quiet", "manifest.sha256"], cwd=tmp_path / "out", check=False
    )
    assert sums.returncode == 0
    (page,) = (tmp_path / "out").glob("records/*.warc.gz")
    whole = bytearray(page.read_bytes())
    whole[-9] ^= 1
    page.write_bytes(whole)
    (tmp_path / "out" / "more.txt").write_text("?")
    said = alone("verify.py", cwd=tmp_path / "out")
    assert said.returncode == 1 and page.name in said.stdout and "more.txt" in said.stdout


def test_what_lies_in_it_is_what_the_finding_rests_on(packed: Path, dead: str) -> None:
    content = members(packed)
    told = json.loads(content[f"findings/{dead}/finding.json"])
    assert told["row"]["rule_id"] and told["row"]["outcome"] == "fail" and told["proof"]["path"]
    assert [one["row"]["status"] for one in told["snapshots"]].count(404) >= 2  # both looks
    home = next(one for one in told["snapshots"] if one["row"]["purpose"] == "home")
    assert home["record"] in content and len(told["votes"]) >= 2
    assert f"问题 {dead}".encode() in content[f"findings/{dead}/finding.txt"]
    assert "依据".encode() in content[f"findings/{dead}/rule.txt"]
    (seal,) = json.loads(content["chain.json"])
    assert seal["kind"] == "sealed" and seal["body"]["run_id"] == told["run"]
    assert "没有页面图".encode() in content[f"findings/{dead}/picture.txt"]


def test_the_same_evidence_is_the_same_bytes(packed: Path, folder: Path, dead: str) -> None:
    assert duwang("evidence", dead, "-o", "b.zip", "--pictures", "0", cwd=folder).code == 0
    assert (folder / "b.zip").read_bytes() == packed.read_bytes()


def test_what_could_not_be_verified_is_told_and_not_passed(packed: Path, dead: str, tmp_path: Path) -> None:
    content = members(packed)
    gone = {"chain.json": None, f"records/{next(n for n in content if n.startswith('records/'))[8:]}": None}
    for name in gone:
        left = resummed({n: b for n, b in content.items() if n != name})
        assert named(written(tmp_path / "x.zip", left)) == {name}
    assert named(written(tmp_path / "x.zip", resummed({"a.txt": b""}))) == {
        "chain.json",
        "findings/*/finding.json",
    }
    name = f"findings/{dead}/finding.json"
    value = json.loads(content[name])
    without = value | {"proof": None, "snapshots": []}
    written(tmp_path / "x.zip", resummed(content | {name: json.dumps(without).encode()}))
    said = alone("-c", content["verify.py"].decode(), "x.zip", cwd=tmp_path)
    assert "没有封存" in said.stdout and "没有随附存档记录" in said.stdout and "核验无异常" not in said.stdout


def test_what_lies_beside_an_unpacked_zip_is_told_and_no_fault(packed: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(packed) as pack:
        pack.extractall(tmp_path)
    for name in ("证据.zip", "findings/.DS_Store"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "其他").mkdir()
    (tmp_path / "其他" / "a.txt").write_bytes(b"x")
    said = alone("verify.py", cwd=tmp_path)
    assert said.returncode == 0 and "另有 3 个不属于证据包" in said.stdout and "证据.zip" in said.stdout, said
    (tmp_path / "findings" / "x.txt").write_bytes(b"x")
    said = alone("verify.py", cwd=tmp_path)
    assert said.returncode == 1 and "findings/x.txt" in said.stdout


def test_a_zip_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    from report import evidence_verify

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evidence_verify, "_MOST_UNPACKED", 1 << 20)
        with zipfile.ZipFile(tmp_path / "x.zip", "w", zipfile.ZIP_DEFLATED) as pack:
            pack.writestr("a", bytes(1 << 21))
        assert [one for one, _ in verify(tmp_path / "x.zip")] == ["unreadable"]


def test_a_changed_byte_in_any_member_is_named(packed: Path, tmp_path: Path) -> None:
    content = members(packed)
    assert named(written(tmp_path / "same.zip", content)) == set()
    for name, one in content.items():
        for place in (0, len(one) // 3, len(one) - 1):
            other = bytearray(one)
            other[place] ^= 1
            assert named(written(tmp_path / "x.zip", content | {name: bytes(other)})) == {name}, (name, place)
        assert named(written(tmp_path / "x.zip", {n: b for n, b in content.items() if n != name})) == {name}
    assert named(written(tmp_path / "x.zip", content | {"findings/x.txt": b""})) == {"findings/x.txt"}


def resummed(content: dict[str, bytes]) -> dict[str, bytes]:
    """As somebody would write it anew who knows how the manifest is made."""
    plain = {
        n: sha256(b).hexdigest() for n, b in content.items() if n not in ("index.json", "manifest.sha256")
    }
    index = (json.dumps(plain, ensure_ascii=True, sort_keys=True, separators=(",", ":")) + "\n").encode()
    lines = sorted((plain | {"index.json": sha256(index).hexdigest()}).items())
    manifest = "".join(f"{digest}  {name}\n" for name, digest in lines).encode()
    return content | {"index.json": index, "manifest.sha256": manifest}


def test_a_row_that_was_never_sealed_shows_though_every_sum_was_made_anew(
    packed: Path, dead: str, tmp_path: Path
) -> None:
    content = members(packed)
    assert resummed(content) == content
    name = f"findings/{dead}/finding.json"

    def told(change: Any) -> list[str]:
        value = json.loads(content[name])
        change(value)
        forged = content | {name: json.dumps(value).encode()}
        return [one for one, _ in verify(written(tmp_path / "x.zip", resummed(forged)))]

    assert told(lambda value: value["row"].update(outcome="pass")) == ["unsealed"]
    assert told(lambda value: value["snapshots"][0]["row"].update(status=200)) == ["unsealed"]
    chain = json.loads(content["chain.json"])
    chain[0]["body"]["high"] = "1"
    forged = written(tmp_path / "x.zip", resummed(content | {"chain.json": json.dumps(chain).encode()}))
    assert [one for one, _ in verify(forged)] == ["entry"]
    (record,) = [one for one in content if one.startswith("records/")]
    cut = written(tmp_path / "x.zip", resummed(content | {record: content[record][:-20]}))
    assert {one for one, _ in verify(cut)} == {"record", "record_missing"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1), bit=st.integers(0, 7))
def test_a_changed_bit_anywhere_in_the_zip_is_told_or_changes_nothing(
    packed: Path, share: float, bit: int, tmp_path: Path
) -> None:
    whole = bytearray(packed.read_bytes())
    whole[min(int(share * len(whole)), len(whole) - 1)] ^= 1 << bit
    place = tmp_path / "x.zip"
    place.write_bytes(whole)
    if not list(verify(place)):
        assert members(place) == members(packed)


def test_verify_tells_as_a_person_reads_it(packed: Path, folder: Path, tmp_path: Path) -> None:
    said = duwang("verify", str(packed), cwd=tmp_path)
    assert said.code == 0 and said.out.endswith("核验无异常。\n") and "没有核对" not in said.out
    assert duwang("verify", str(packed), "--json", cwd=tmp_path).json()["findings"] == 1
    content = members(packed)
    written(tmp_path / "x.zip", content | {"chain.json": content["chain.json"] + b" "})
    said = duwang("verify", "x.zip", cwd=tmp_path, DUWANG_LANG="en")
    assert said.code == 2 and "✗ chain.json: was altered." in said.out
    (tmp_path / "no.zip").write_bytes(b"no zip")
    assert duwang("verify", "no.zip", cwd=tmp_path).code == 2
    for words in (
        ["verify"],
        ["verify", "x.zip", "--runs"],
        ["verify", "--runs", "--noted", "7"],
        ["evidence"],
    ):
        said = duwang(*words, cwd=tmp_path)
        assert said.code == 3 and len(said.err.strip().splitlines()) == 1, (words, said)


def test_an_audit_is_sealed_and_a_changed_row_of_it_is_told(folder: Path, dead: str, tmp_path: Path) -> None:
    import sqlite3

    place = Path(shutil.copytree(folder, tmp_path / "own"))
    said = duwang("verify", "--runs", "--json", cwd=place)
    assert said.code == 0 and said.json()["sound"] and said.json()["runs"] == 1, said
    with sqlite3.connect(place / "duwang-data" / "duwang.sqlite3") as connection:
        changed = connection.execute(
            "UPDATE findings SET title = '没有问题' WHERE fingerprint LIKE ?", [dead[2:] + "%"]
        )
        assert changed.rowcount == 1
    said = duwang("verify", "--runs", cwd=place)
    assert said.code == 2 and "的一条问题在封存（第 1 条）后被改动" in said.out, said
    said = duwang("evidence", dead, "-o", "c.zip", "--pictures", "0", cwd=place)
    assert said.code == 1 and "与封存（第 1 条）时不一致" in said.out, said
    assert [name for name, _ in verify(place / "c.zip")] == ["unsealed"]


def test_without_a_browser_the_zip_says_so(folder: Path, dead: str) -> None:
    said = duwang("evidence", dead, "-o", "n.zip", "--browser", "/nowhere/chromium", cwd=folder)
    assert said.code == 0
    content = members(folder / "n.zip")
    assert "没有页面图：本机没有可用的浏览器。" in content[f"findings/{dead}/picture.txt"].decode()
    assert f"findings/{dead}/page.png" not in content
