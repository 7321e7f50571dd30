"""A frozen pack is a frozen pack: what assesses a year does not change under the same version."""

from pathlib import Path

import audit.freeze
from audit.freeze import bundled, freeze, thawed
from rules.frozen import FILE, frozen


def test_the_bundled_packs_are_what_was_frozen() -> None:
    assert not thawed(bundled(), frozen()), "a pack changed: give it a new version, then ./dev freeze YEAR"


def test_a_change_under_a_frozen_version_is_refused(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "frozen.yaml"
    assert freeze(2026, path) == []
    before = path.read_text("utf-8")
    packs = bundled()
    name = "national/2019-check-indicators"
    changed = packs | {name: packs[name].model_copy(update={"digest": "0" * 64})}
    monkeypatch.setattr(audit.freeze, "bundled", lambda: changed)
    assert freeze(2027, path) == [name] and path.read_text("utf-8") == before
    renewed = changed | {name: changed[name].model_copy(update={"version": "2027.1"})}
    monkeypatch.setattr(audit.freeze, "bundled", lambda: renewed)
    assert freeze(2027, path) == [] and thawed(renewed, frozen(path)) == []
    assert frozen(path)[name, packs[name].version].year == 2026
    assert frozen(path)[name, "2027.1"].year == 2027
    assert FILE.is_file()
