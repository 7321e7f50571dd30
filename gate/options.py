"""选项 Options and arguments that more than one verb takes."""

from pathlib import Path
from typing import Annotated

import typer

from gate.words import DEFAULT_LANG as DEFAULT_LANG
from gate.words import help_of, known_language
from model import Fault
from report.messages import LANGUAGES
from report.text import plain

FOLDER = Path("duwang-data")
LONGEST_NAME = 200
DEFAULT_DB = f"sqlite:///{FOLDER.as_posix()}/duwang.sqlite3"

Lang = Annotated[
    str,
    typer.Option("--lang", help=help_of("opt.lang"), metavar="|".join(LANGUAGES), callback=known_language),
]
Db = Annotated[str, typer.Option("--db", envvar="DUWANG_DB", help=help_of("opt.db"))]
Pack = Annotated[str | None, typer.Option("--pack", help=help_of("opt.pack"))]
Packs = Annotated[list[str] | None, typer.Option("--pack", help=help_of("opt.pack_again"))]
AsOf = Annotated[str | None, typer.Option("--as-of", help=help_of("opt.as_of"))]
AsOfAgain = Annotated[str | None, typer.Option("--as-of", help=help_of("opt.as_of_again"))]
Out = Annotated[Path | None, typer.Option("--out", help=help_of("opt.out"))]
AsJson = Annotated[bool, typer.Option("--json", help=help_of("opt.json"))]
RunId = Annotated[str | None, typer.Option("--run", help=help_of("opt.run"))]
FindingId = Annotated[str, typer.Argument(help=help_of("arg.finding"), metavar="FINDING")]
AssessmentId = Annotated[
    str | None,
    typer.Option("--assessment", envvar="DUWANG_ASSESSMENT", help=help_of("opt.assessment"), metavar="ID"),
]
At = Annotated[str | None, typer.Option("--at", help=help_of("opt.at"), metavar="MOMENT")]


def _name(text: str) -> str:
    """A name on one line: whoever enters something stands in the dossier for good."""
    name = plain(text)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Fault("fault.by_whom", longest=LONGEST_NAME)
    return name


ByWhom = Annotated[str, typer.Option("--by", envvar="DUWANG_BY", help=help_of("opt.by_whom"), callback=_name)]
