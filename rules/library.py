"""指标库 The packs that come with duwang, and the files a name may mean."""

from functools import cache
from pathlib import Path

from model import Fault, Frozen, Level
from rules.document import read_document

DEFAULT_PACK = "national/2019-check-indicators"
ROOT = Path(__file__).parent
SHELVES = ("national", "provincial", "municipal", "county")


class PackCard(Frozen):
    """书目 What a list of packs shows of each: id, title, version, 文号, level."""

    id: str
    title: str
    title_en: str | None = None
    version: str
    document: str
    level: Level


@cache
def packs() -> tuple[PackCard, ...]:
    """全部指标体系 The packs that come with duwang, by shelf and name."""
    cards = []
    for name in _names():
        values = read_document(ROOT / f"{name}.yaml", f"{name}.yaml").values
        cards.append(
            PackCard.model_validate({key: values[key] for key in PackCard.model_fields if key in values})
        )
    return tuple(cards)


def _names() -> tuple[str, ...]:
    return tuple(
        f"{shelf}/{stem}"
        for shelf in SHELVES
        for stem in sorted(path.stem for path in (ROOT / shelf).glob("*.yaml"))  # a base before its variants
    )


def is_taken(pack_id: str, path: Path) -> bool:
    """是否重名 Whether a pack of ours bears this id and the file is not that pack."""
    return pack_id in _names() and path.resolve() != (ROOT / f"{pack_id}.yaml").resolve()


def locate(name_or_path: str | Path) -> tuple[Path, str]:
    """文件位置 The file a name or path means, and how to call it. Raises Fault fault.pack_not_found."""
    text = str(name_or_path)
    if not isinstance(name_or_path, Path) and text in _names():
        return ROOT / f"{text}.yaml", f"{text}.yaml"
    path = Path(name_or_path)
    if path.suffix.lower() in (".yaml", ".yml") and path.is_file():
        return path, text
    raise Fault("fault.pack_not_found", name=text, known=", ".join(_names()))


def base_of(name: str, path: Path, file: str, line: int) -> tuple[Path, str]:
    """上位指标 What `extends` means: a pack of ours, or a .yaml file beside the one that names it."""
    if name in _names():
        return ROOT / f"{name}.yaml", f"{name}.yaml"
    beside = path.parent / name
    if beside.suffix.lower() in (".yaml", ".yml") and beside.is_file():
        return beside, str(beside)
    raise Fault("fault.pack_unknown_base", file=file, line=line, base=name, known=", ".join(_names()))
