"""./dev accuracy: how much of what people labelled reading gets right, against the floors of fixtures/pages/floors.toml."""

import argparse
import json
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from bench.accuracy_tables import markdown, share, table
from bench.labels import BUNDLED, Label, bundled, saved, saved_sites
from bench.measures import Measure, facts_of, measured
from fixtures.list_apis.cross_table import cross_table, printed

FLOORS = BUNDLED / "floors.toml"


@dataclass(frozen=True)
class Report:
    """准确度报告 The measures over one collection, `bundled` or `saved`, and the least each must be: [right, labelled]."""

    name: str
    labels: list[Label]
    measures: list[Measure]
    floors: dict[str, list[int]]

    @property
    def below(self) -> list[str]:
        """Measures that are worse than their floor, have none, or are gone."""
        return sorted(
            {one.key for one in self.measures if not holds(one, self.floors.get(one.key))}
            | (self.floors.keys() - {one.key for one in self.measures})
        )


def main(arguments: list[str] | None = None) -> int:
    words = parser().parse_args(arguments)
    if words.adapters:
        rows = cross_table()
        print(printed(rows))
        return 1 if any(set(row.recognised) - {row.system} for row in rows) else 0
    reports = all_reports()
    if words.json:
        print(json.dumps([_plain(one) for one in reports], ensure_ascii=False, indent=1, default=str))
    elif words.markdown:
        print(markdown(reports, words.markdown))
    else:
        for one in reports:
            print(table(one, files=words.files))
        if len(reports) == 1:
            print("the saved real sites are not here (DUWANG_REAL_SITES names their folder)")
    return 1 if any(one.below for one in reports) else 0


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="./dev accuracy", description=__doc__)
    form = made.add_mutually_exclusive_group()
    form.add_argument(
        "--adapters", action="store_true", help="which adapter recognises whose pages and answers"
    )
    form.add_argument("--json", action="store_true", help="everything as JSON")
    form.add_argument(
        "--markdown", choices=("en", "zh_CN"), help="the block of docs/accuracy.md in that language"
    )
    made.add_argument(
        "--files", action="store_true", help="tell every labelled page, not only those that miss"
    )
    return made


def all_reports() -> list[Report]:
    """全部报告 Over the bundled pages, and over the saved real sites where they are."""
    place = saved_sites()
    return [report("bundled", bundled()), *([report("saved", saved(place))] if place else [])]


def report(name: str, labels: Iterable[Label]) -> Report:
    """报告 One collection read and measured. The marks of saved pages nobody labelled: plain searches stand in."""
    pages = facts_of(labels)
    floors: dict[str, list[int]] = tomllib.loads(FLOORS.read_text("utf-8"))[name]
    return Report(name, [label for label, _ in pages], measured(pages, look=name == "saved"), floors)


def holds(measure: Measure, floor: list[int] | None) -> bool:
    """守住底线 No fewer right than the floor's, and no smaller a share; a measure without a floor does not hold."""
    if floor is None:
        return False
    right, labelled = floor
    return measure.right >= right and measure.right * labelled >= right * measure.labelled


def _plain(one: Report) -> dict[str, Any]:
    return {
        "pages": one.name,
        "labelled_pages": len(one.labels),
        "below": one.below,
        "measures": [
            asdict(measure) | {"share": share(measure), "floor": one.floors.get(measure.key)}
            for measure in one.measures
        ],
    }


if __name__ == "__main__":
    sys.exit(main())
