"""栏目名录 The names that columns of each kind go by on real sites."""

from functools import cache
from pathlib import Path

from model import ColumnDirectory
from rules.document import read_document

FILE = Path(__file__).parent / "directory" / "columns.yaml"


@cache
def column_directory() -> ColumnDirectory:
    """栏目名录 One entry per kind: the standard label and exact synonyms. No name stands for two kinds."""
    return ColumnDirectory.model_validate(read_document(FILE, "directory/columns.yaml").values)
