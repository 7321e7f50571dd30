"""What is judged at a moment that is not yet, or that the ledger is past, is shown and files nothing."""

from pathlib import Path
from typing import Any

from tests.whole.gate import Said, duwang
from tests.whole.small_site import Answer, small_site

PAGE = "<html><head><title>清溪县</title></head><body><h1>清溪县人民政府</h1><p>欢迎访问。</p></body></html>"


def audited(home: str, folder: Path, *words: str) -> Said:
    said = duwang(
        "audit", home, "--allow-private", "--no-browser", "--delay", "0", "--confirm-after", "1",
        "--pack", "national/2015-census", *words, cwd=folder,
    )  # fmt: skip
    assert said.code in (0, 2), said
    return said


def ledger(folder: Path) -> list[Any]:
    found = duwang("findings", "--since", "2000-01-01", "--json", cwd=folder).json()
    return [(row["case"], row["finding"]) for row in found]


def test_a_moment_that_is_not_yet_or_is_past_files_nothing(tmp_path: Path) -> None:
    home = PAGE.replace("欢迎访问。", '<a href="/gone.html">通知公告</a>')
    with small_site({"/": home}, lambda _path: Answer(b"no such page", 404)) as (url, _):
        assert "不入台账" not in audited(url, tmp_path).out
        before = ledger(tmp_path)
        assert before, "a dead link of the home page stands in the ledger"
        assert "不入台账" in audited(url, tmp_path, "--as-of", "2040-01-01").out
        assert "不入台账" in audited(url, tmp_path, "--as-of", "2020-01-01").out
        assert ledger(tmp_path) == before
        assert "不入台账" not in audited(url, tmp_path).out  # nor do they keep others from it
