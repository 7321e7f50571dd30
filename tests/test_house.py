"""The doors of the house and the home of every library, read from the imports themselves."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WINGS = ("crawler", "reading", "rules", "checks", "storage", "report")
ROOMS = ("model", *WINGS, "audit", "gate", "cli")
DOORS = {wing: {"model"} for wing in WINGS} | {
    "model": set(),
    "audit": {"model", *WINGS},
    "gate": {"model", "audit", *WINGS},
    "cli": {"model", "audit", "gate", *WINGS},
}
HOMES = {  # cli.py is part of the gate
    "scrapy": "crawler",
    "twisted": "crawler",
    "playwright": "crawler",
    "protego": "crawler",
    "lxml": "reading",
    "parsel": "reading",
    "bs4": "reading",
    "opencc": "reading",
    "rapidfuzz": "reading",
    "yaml": "rules",
    "chinese_calendar": "rules",
    "holidays": "rules",
    "sqlalchemy": "storage",
    "alembic": "storage",
    "warcio": "storage",
    "psycopg": "storage",
    "procrastinate": "audit",
    "openpyxl": "audit",
    "jinja2": "report",
    "xlsxwriter": "report",
    "docx": "report",
    "smtplib": "report",
    "typer": "gate",
    "rich": "gate",
}


def complaints(source: str, file: str) -> list[str]:
    """Every import in `source` that goes through a door that is not there."""
    room = Path(file).parts[0].removesuffix(".py")
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""] if not node.level else []
            if node.level:
                found.append(f"{file} line {node.lineno}: write the import in full, not with dots")
        else:
            continue
        for top in {name.split(".")[0] for name in names}:
            if top in ROOMS and top != room and top not in DOORS[room]:
                found.append(f"{room} has no door to {top}: {file} line {node.lineno}")
            if top in HOMES and HOMES[top] != room.replace("cli", "gate"):
                found.append(f"{top} lives in {HOMES[top]}/, not in {file} line {node.lineno}")
            if top in ("fixtures", "tests", "bench"):
                found.append(f"{file} line {node.lineno} leans on {top}/, which is not installed")
    return found


def sources() -> list[Path]:
    return sorted(
        path
        for room in ROOMS
        for path in [ROOT / f"{room}.py", *(ROOT / room).rglob("*.py")]
        if path.exists()
    )


def test_every_import_goes_through_a_door() -> None:
    found = [
        line
        for path in sources()
        for line in complaints(path.read_text("utf-8"), str(path.relative_to(ROOT)))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("file", "source", "sentence"),
    [
        (
            "checks/dead_link.py",
            "\n\nfrom lxml import html",
            "lxml lives in reading/, not in checks/dead_link.py line 3",
        ),
        ("reading/page.py", "import storage", "reading has no door to storage: reading/page.py line 1"),
        ("model/page.py", "from audit.run import audit", "model has no door to audit: model/page.py line 1"),
        ("cli.py", "import sqlalchemy.orm", "sqlalchemy lives in storage/, not in cli.py line 1"),
        ("gate/sites.py", "from cli import main", "gate has no door to cli: gate/sites.py line 1"),
        ("audit/run.py", "import typer", "typer lives in gate/, not in audit/run.py line 1"),
    ],
)
def test_a_broken_door_is_named(file: str, source: str, sentence: str) -> None:
    assert complaints(source, file) == [sentence]


def test_no_room_is_called_utils() -> None:
    forbidden = {"utils", "util", "helpers", "helper", "manager", "handler", "data", "info", "common", "misc"}
    assert not [str(path) for path in sources() if path.stem in forbidden]
