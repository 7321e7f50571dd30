"""The how-to on making a county's overlay, followed word for word: its YAML saved, its commands run.

The Chinese page holds the same commands (tests/test_docs.py) and the same YAML but for its comments.
"""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.whole.demo_server import audited_demo
from tests.whole.gate import duwang

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("howto.md", "howto.zh-CN.md")


def first_part(name: str) -> str:
    """The section on overlays."""
    return (DOCS / name).read_text("utf-8").split("\n## ")[1]


def commands(name: str) -> Iterator[list[str]]:
    for block in re.findall(r"^```sh\n(.*?)^```", first_part(name), re.M | re.S):
        for line in block.splitlines():
            words = shlex.split(line)
            assert words[:2] == ["./dev", "run"]
            yield words[2:]


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one stored audit of the demo portal, and the overlay of the page beside it."""
    folder = audited_demo(tmp_path_factory, "howto")
    (overlay,) = re.findall(r"^```yaml\n(.*?)^```", first_part(PAGES[0]), re.M | re.S)
    (folder / "mycounty.yaml").write_text(overlay, "utf-8")
    return folder


def bare(page: str) -> str:
    (overlay,) = re.findall(r"^```yaml\n(.*?)^```", first_part(page), re.M | re.S)
    return re.sub(r"^ *#.*\n", "", overlay, flags=re.M)


def test_every_command_of_the_page_works(audited: Path) -> None:
    assert bare(PAGES[0]) == bare(PAGES[1])
    found = [duwang(*words, cwd=audited) for words in commands(PAGES[0])]
    assert len(found) == 4
    assert [said.code for said in found] == [0, 0, 0, 0], [said.err for said in found]
    assert "county/mycounty-2026" in found[0].out
    assert "MC26-MYCOUNTY-01" in found[1].out
    assert "county/mycounty-2026" in found[3].out


@pytest.fixture(scope="module")
def county(audited: Path) -> Any:
    """The audit judged by the page's overlay."""
    return judged(audited, "--pack", "mycounty.yaml")


def judged(folder: Path, *words: str) -> Any:
    return duwang("judge", "--against", "last", "--json", *words, cwd=folder).json()


def outcomes(result: Any) -> dict[str, str]:
    return {one["verdict"]["rule_id"]: one["verdict"]["outcome"] for one in result["findings"]}


def test_the_overlay_does_what_the_page_says(audited: Path, county: Any) -> None:
    base = judged(audited)

    def failed(result: Any, rule: str) -> set[str]:
        return {
            one["verdict"]["locus"]
            for one in result["findings"]
            if one["verdict"]["rule_id"] == rule and one["verdict"]["outcome"] == "fail"
        }

    blank = failed(base, "N19-UPDATE-06")
    assert failed(county, "N19-UPDATE-06") == blank and blank
    assert failed(county, "N19-UPDATE-01") > failed(base, "N19-UPDATE-01")  # seven days instead of fourteen
    vetoes = [
        {one["id"]: (one["low"], one["high"]) for one in found["run"]["score"]["vetoes"]}
        for found in (base, county)
    ]
    assert vetoes[0] == vetoes[1]  # the nation's vetoes count fourteen days, whatever the county asks
    # A call for projects bears the name and tells no quarter: a person is asked, nobody is accused.
    assert outcomes(county)["MC26-MYCOUNTY-01"] == "unsure"
    assert outcomes(county)["MC26-MYCOUNTY-02"] in ("fail", "unsure")
    points = {
        one["verdict"]["rule_id"]: one["points"]
        for one in county["findings"]
        if one["verdict"]["outcome"] == "fail"
    }
    assert float(points["N19-UPDATE-06"]) == 2  # confirmed by the county
    assert points.get("MC26-MYCOUNTY-02") is None  # heard of, never counted
    before, after = (float(found["run"]["score"]["high"]) for found in (base, county))
    assert before - after == 2 * len(blank)
    # Undecided: a blank topic, the list that only a browser draws, and the quarters.
    assert after - float(county["run"]["score"]["low"]) == 2 * 2 + 3


def test_what_an_overlay_found_can_be_told_in_full(audited: Path, county: Any) -> None:
    """Nothing that was judged again is kept, so `why` judges once more."""
    found = next(one for one in county["findings"] if one["verdict"]["rule_id"] == "MC26-MYCOUNTY-01")
    number = f"F-{found['fingerprint'][:10]}"
    assert duwang("why", number, cwd=audited).code == 3
    said = duwang("why", number, "--pack", "mycounty.yaml", cwd=audited)
    assert said.code == 0 and "MC26-MYCOUNTY-01" in said.out and "某府办〔2026〕3号" in said.out
    one = duwang("judge", "--against", "last", "--rule", "N19-SERVICE-01", cwd=audited)
    assert (
        "只判定了 N19-SERVICE-01 一条" in one.out
        and "100" not in one.out.partition("得分")[2].partition("\n")[0]
    )
    assert (
        "不在其内" in duwang("judge", "--against", "last", "--pack", "national/2015-census", cwd=audited).out
    )
