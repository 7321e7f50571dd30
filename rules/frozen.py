"""冻结名录 Which version of a bundled pack stands for which assessment year, by its digest."""

from pathlib import Path

from model import Frozen
from rules.document import read_document

FILE = Path(__file__).parent / "frozen.yaml"


class Frost(Frozen):
    """冻结 One version of one pack: never to change while its year is assessed, nor after."""

    id: str
    version: str
    year: int
    digest: str


class _Frosts(Frozen):
    packs: tuple[Frost, ...] = ()


def frozen(path: Path = FILE) -> dict[tuple[str, str], Frost]:
    """已冻结 By id and version; nothing where there is no list yet."""
    if not path.is_file():
        return {}
    found = _Frosts.model_validate(read_document(path, path.name).values)
    return {(one.id, one.version): one for one in found.packs}
