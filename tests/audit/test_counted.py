"""A tally counts what fails the rules it was written for: an overlay that asks more feeds no veto of its base."""

import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import checks
import rules
from audit.conclude import Result, conclude
from model import Outcome, RulePack
from storage import open_store
from tests.audit.ground import AS_OF, column, observation, run
from tests.audit.marking import CITED, fields

PARAMS = checks.params_of(checks.ALL)
RULE = {"id": "B-A-01", "section": "A", "params": {"period": "P14D"}, "points": 5}
TALLY = {"id": "B-T-01", "title": "五个以上", "counts": ["B-A-01"], "at_least": 2, "basis": CITED}
STRICT = {"id": "B-A-01", "params": {"period": "P7D"}, "basis": CITED}
# three columns silent for ten days, one for twenty
COLUMNS = [
    column(f"/c{days}{n}/", (AS_OF - timedelta(days=days)).date().isoformat())
    for n, days in enumerate((1, 10, 10, 10, 20))
]


def written(folder: Path, name: str, *parts: Any, **more: Any) -> RulePack:
    path = folder / f"{name}.yaml"
    path.write_text(
        json.dumps(fields(*parts, **({"id": f"county/{name}"} | more)), ensure_ascii=False), "utf-8"
    )
    return rules.load_pack(path, PARAMS)


def base(folder: Path, **more: Any) -> RulePack:
    return written(folder, "base", {}, [{"id": "A"}], [RULE], tallies=[TALLY], **more)


def overlay(
    folder: Path, *overrides: dict[str, Any], below: str = "base", name: str = "top", **more: Any
) -> RulePack:
    return written(folder, name, {}, [], [], extends=f"{below}.yaml", overrides=list(overrides), **more)


def judged(pack: RulePack) -> Result:
    return conclude(run(), observation(*COLUMNS), pack, checks.ALL, {})


def failed(result: Result) -> int:
    return sum(one.verdict.outcome is Outcome.FAIL for one in result.findings)


def tallied(result: Result) -> dict[str, tuple[int, int]]:
    assert result.run.score is not None
    return {veto.id: (veto.low, veto.high) for veto in result.run.score.vetoes}


def test_a_stricter_period_finds_more_and_brings_no_veto_of_the_base(tmp_path: Path) -> None:
    plain, strict = judged(base(tmp_path)), judged(overlay(tmp_path, STRICT))
    assert (failed(plain), failed(strict)) == (1, 4)
    assert tallied(plain) == tallied(strict) == {}
    assert len(strict.verdicts) == len(plain.verdicts)  # nothing is stored of what was judged beside


def test_the_figures_of_a_tally_are_those_of_the_base(tmp_path: Path) -> None:
    low = [TALLY | {"at_least": 1}]
    plain = judged(written(tmp_path, "base", {}, [{"id": "A"}], [RULE], tallies=low))
    own = TALLY | {"id": "T-T-01"}
    strict = judged(overlay(tmp_path, STRICT, tallies=[own]))
    assert tallied(plain) == {"B-T-01": (1, 1)}
    assert tallied(strict) == {
        "B-T-01": (1, 1),
        "T-T-01": (4, 4),
    }  # the county's own counts the county's rule


def test_a_milder_overlay_hides_nothing_from_the_base_either(tmp_path: Path) -> None:
    written(tmp_path, "base", {}, [{"id": "A"}], [RULE], tallies=[TALLY | {"at_least": 1}])
    milder = judged(overlay(tmp_path, STRICT | {"params": {"period": "P1M"}}))
    assert failed(milder) == 0 and tallied(milder) == {"B-T-01": (1, 1)}
    scoped = judged(overlay(tmp_path, {"id": "B-A-01", "applies_to": {"column_kinds": ["news"]}}))
    assert tallied(scoped) == {"B-T-01": (1, 1)}


def test_every_storey_keeps_what_its_tallies_were_written_for(tmp_path: Path) -> None:
    base(tmp_path)
    overlay(tmp_path, STRICT, name="middle", tallies=[TALLY | {"id": "M-T-01", "at_least": 1}])
    top = overlay(tmp_path, STRICT | {"params": {"period": "P1M"}}, below="middle")
    kept = [(one.tallies, one.rule.params["period"]) for one in top.counted]
    assert kept == [(("B-T-01",), "P14D"), (("M-T-01",), "P7D")]
    assert tallied(judged(top)) == {"M-T-01": (4, 4)}


def test_points_and_words_alone_keep_nothing_back(tmp_path: Path) -> None:
    assert base(tmp_path).counted == ()
    priced = overlay(tmp_path, {"id": "B-A-01", "points": 2, "title": "别的话", "basis": CITED})
    assert priced.counted == ()


def test_a_rule_judged_alone_has_nothing_to_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base(tmp_path)
    pack = overlay(tmp_path, STRICT)
    alone = pack.model_copy(update={"rules": (pack.rule("B-A-01"),), "tallies": ()})
    assert failed(judged(alone)) == 4 and tallied(judged(alone)) == {}


def test_a_stored_pack_comes_back_whole_and_an_old_one_still_loads(tmp_path: Path) -> None:
    base(tmp_path)
    pack = overlay(tmp_path, STRICT)
    assert pack.counted
    store = open_store(f"sqlite:///{tmp_path / 'duwang.db'}")
    store.keep_pack(pack)
    assert store.pack(pack.digest) == pack
    old = pack.model_dump(mode="json", exclude={"counted", "implements"})
    store.keep_pack(SimpleNamespace(digest="0" * 64, model_dump=lambda mode: old))  # type: ignore[arg-type]
    again = store.pack("0" * 64)
    assert (again.counted, again.implements) == ((), ()) and again.rules == pack.rules
    store.close()
