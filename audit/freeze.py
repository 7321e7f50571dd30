"""冻结 Pins the bundled packs for an assessment year: `python -m audit.freeze 2026` writes rules/frozen.yaml."""

import sys
from collections.abc import Mapping
from pathlib import Path

from checks import ALL, params_of
from model import RulePack
from rules import load_pack, packs
from rules.frozen import FILE, Frost, frozen

_HEAD = """\
# 各考核年度所用的指标体系：一经冻结，内容不得再改；要改，先换 version，再冻结新的版本。
# Packs as they stand in each assessment year. A frozen version never changes: give a change a new version and freeze that.
packs:
"""


def bundled() -> dict[str, RulePack]:
    """随附体系 Every pack that comes with duwang, by id."""
    return {card.id: load_pack(card.id, params_of(ALL)) for card in packs()}


def thawed(found: Mapping[str, RulePack], frosts: Mapping[tuple[str, str], Frost]) -> list[str]:
    """解冻 Packs that are not what was frozen under their version, or that nobody has frozen yet."""
    return [
        pack.id
        for pack in found.values()
        if (frost := frosts.get((pack.id, pack.version))) is None or frost.digest != pack.digest
    ]


def freeze(year: int, path: Path = FILE) -> list[str]:
    """冻结年度 Adds versions not frozen yet. Returns the packs that changed under a frozen version: those are left."""
    frosts = frozen(path)
    found = bundled()
    changed = [name for name in thawed(found, frosts) if (name, found[name].version) in frosts]
    for pack in found.values():
        frosts.setdefault(
            (pack.id, pack.version), Frost(id=pack.id, version=pack.version, year=year, digest=pack.digest)
        )
    rows = (
        f'  - {{id: {one.id}, version: "{one.version}", year: {one.year}, digest: {one.digest}}}\n'
        for one in sorted(frosts.values(), key=lambda one: (one.id, one.version))
    )
    path.write_text(_HEAD + "".join(rows), "utf-8")
    return changed


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal():
        sys.exit("usage: ./dev freeze YEAR")
    if names := freeze(int(sys.argv[1])):
        sys.exit(f"changed under a frozen version; give them a new version first: {', '.join(names)}")
