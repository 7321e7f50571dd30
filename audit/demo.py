"""演示 The bundled portal, served on loopback and audited at its own fixed moment."""

import csv
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from model import Fault, Outcome, Site, Verdict

_NAME = "duwang_demo_site"


class Demo(NamedTuple):
    """演示网站 The portal while it is being served, and the moment it is to be judged at."""

    site: Site
    as_of: datetime
    expected: Path  # expected.csv


@contextmanager
def served_demo() -> Iterator[Demo]:
    """起一个演示网站 Serve the bundled portal on a free loopback port for as long as the block runs."""
    folder = demo_folder()
    package = _load(folder)
    site = Site.model_validate_json(
        (folder / "site.json").read_text("utf-8").replace("{home}", "http://demo.invalid/")
    )
    with package.serve() as home:
        yield Demo(site.model_copy(update={"home": home}), package.AS_OF, folder / "expected.csv")


def unlike_expected(
    verdicts: Iterable[Verdict], expected: Path, browser: bool
) -> tuple[int, tuple[str, ...]]:
    """与预期对照 How many verdicts `expected.csv` names, and every difference: `-` not found, `+` not expected.

    What the demo does not set out to look at (other sites, a week of visits) is no difference.
    """
    with expected.open(encoding="utf-8", newline="") as file:
        wanted = {
            (row["rule_id"], row["outcome"], row["locus"])
            for row in csv.DictReader(file)
            if row["browser"] in ("both", "with" if browser else "without")
        }
    quiet = (Outcome.PASS, Outcome.NOT_APPLICABLE)
    found = {
        (one.rule_id, str(one.outcome), one.locus)
        for one in verdicts
        if one.outcome not in quiet and not one.set_aside
    }
    differences = [f"- {' '.join(one)}" for one in sorted(wanted - found)]
    differences += [f"+ {' '.join(one)}" for one in sorted(found - wanted)]
    return len(wanted), tuple(differences)


def demo_folder() -> Path:
    """演示网站所在 In the source tree first, else where the wheel carries it."""
    here = Path(__file__).parent
    for folder in (here.parent / "fixtures" / "demo_site", here / "_demo_site"):
        if (folder / "__init__.py").exists():
            return folder
    raise Fault("fault.demo_missing", folder=str(here / "_demo_site"), exit_code=1)


def _load(folder: Path) -> ModuleType:
    # Loaded by place, not by name: `fixtures` is an import name of somebody else's distribution.
    spec = spec_from_file_location(_NAME, folder / "__init__.py", submodule_search_locations=[str(folder)])
    if spec is None or spec.loader is None:
        raise Fault("fault.demo_missing", folder=str(folder), exit_code=1)
    module = module_from_spec(spec)
    sys.modules[_NAME] = module
    spec.loader.exec_module(module)
    return module
