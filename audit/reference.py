"""一览 Writes the reference pages of docs/ from the bundled packs and checks: `python -m audit.reference`."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from checks import ALL, params_of
from model import RulePack
from report.messages import LANGUAGES, Messages
from report.reference import checks_page, rules_page
from rules import load_pack, packs
from rules.cases import named_cases

ROOT = Path(__file__).parents[1]


def pages() -> Iterator[tuple[Path, str]]:
    """页面 Where each page belongs and what it says."""
    bundled = [_own_part(card.id) for card in packs()]
    cases = _case_counts()
    for language in LANGUAGES:
        suffix = "" if language == "en" else ".zh-CN"
        messages = Messages(language)
        yield ROOT / "docs" / f"rules{suffix}.md", rules_page(bundled, messages)
        yield ROOT / "docs" / f"checks{suffix}.md", checks_page(ALL, cases, messages)


def _own_part(name: str) -> RulePack:
    """What a pack says itself: the rules it adds or changes, not those it takes over as they are."""
    pack = load_pack(name, params_of(ALL))
    if pack.extends is None:
        return pack
    base = load_pack(pack.extends, params_of(ALL))
    taken: dict[str, tuple[object, ...]] = {}
    for part in ("rules", "manual", "features"):
        taken[part] = tuple(one for one in getattr(pack, part) if one not in getattr(base, part))
    return pack.model_copy(update=taken)


def _case_counts() -> Mapping[str, Counter[str]]:
    """How many cases of each outcome a check has."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for name, side in (named_cases() or {}).items():
        found[name.partition("/")[0]][side] += 1
    return found


def main() -> None:
    """写出 All reference pages."""
    for path, text in pages():
        path.write_text(text.rstrip() + "\n", "utf-8")


if __name__ == "__main__":
    main()
