"""One stored audit of the demo portal under six packs that come with duwang, through the gate."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from rules import packs
from tests.whole.demo_server import audited_demo
from tests.whole.gate import duwang

SIX = [card.id for card in packs()][:6]


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo portal was audited; the portal is gone by the time it is used."""
    return audited_demo(tmp_path_factory, "compare")


@pytest.fixture(scope="module")
def six(audited: Path) -> Any:
    """The comparison under six packs, and the sheet six.csv beside it."""
    said = duwang(
        "compare", "--packs", ",".join(SIX), "--run", "last", "--json", "--out", "six.csv", cwd=audited
    )
    assert said.code == 0
    return said.json()


def test_six_packs_side_by_side(audited: Path, six: Any) -> None:
    found = six
    assert [one["id"] for one in found["packs"]] == SIX
    assert all(one["score"]["low"] <= one["score"]["high"] for one in found["packs"])
    assert not [one["id"] for one in found["packs"] if one["counts"]["crashed"]]
    assert found["differences"]
    for difference in found["differences"]:
        assert [side["pack"] for side in difference["sides"]] == SIX
        assert all(bool(side["demands"]) != bool(side["absent"]) for side in difference["sides"])
        assert any(
            one["outcome"] in ("fail", "unsure") for side in difference["sides"] for one in side["demands"]
        )
        assert difference["places"]
    with (audited / "six.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows[0][4:] == SIX
    assert len(rows) == 12 + sum(len(one["places"]) for one in found["differences"])


def test_each_pack_comes_to_what_it_comes_to_alone(audited: Path, six: Any) -> None:
    for name, one in zip(SIX[1:3], six["packs"][1:3], strict=True):
        alone = duwang("judge", "--pack", name, "--json", cwd=audited).json()["run"]
        assert (one["score"], one["counts"], one["digest"]) == (
            alone["score"],
            alone["counts"],
            alone["pack_digest"],
        )


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_it_is_told_in_both_languages(audited: Path, language: str) -> None:
    said = duwang("compare", "--packs", f"{SIX[0]},{SIX[2]}", "--lang", language, cwd=audited)
    assert said.code == 0
    assert SIX[0] in said.out and SIX[2] in said.out
    assert "compare." not in said.out


def test_ones_own_overlay_is_explained(audited: Path) -> None:
    (audited / "strict.yaml").write_text(
        'id: county/strict\ntitle: 加严\nversion: "1"\ndocument: 某政办〔2022〕2号\nlevel: county\n'
        "effective_from: 2022-01-01\nextends: national/2019-check-indicators\n"
        "overrides:\n  - id: N19-UPDATE-01\n    params: {period: P7D}\n"
        "    basis: [{document: 某政办〔2022〕2号, clause: 二, grade: S}]\n",
        "utf-8",
    )
    words = ("compare", "--packs", "national/2019-check-indicators,strict.yaml", "--json")
    found = json.loads(duwang(*words, cwd=audited).out)
    periods = [
        [side["demands"][0]["params"].get("period") for side in one["sides"]] for one in found["differences"]
    ]
    assert periods and all(one == ["P14D", "P7D"] for one in periods)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--packs", "national/2019-check-indicators"), "两个"),
        (("--packs", "national/2019-check-indicators,national/1999"), "national/1999"),
        ((), "--packs"),
        (("--packs", ",".join(SIX), "--run", "R-none"), "R-none"),
    ],
)
def test_what_cannot_be_compared_is_refused(audited: Path, words: tuple[str, ...], sentence: str) -> None:
    said = duwang("compare", *words, cwd=audited)
    assert said.code == 3
    assert sentence in said.err
