"""Thirty nights of one portal: after each of them the ledger says what the script's truth says, on both databases.

What the portal does and what people decide stands in thirty_nights.py; what must come of it was written down here
first, by hand. A line is a change: night, by whom, what, the state it brings, the day it sets, the day it leaves as due.
Working days: 20 September and 10 October are worked, 25 September and 1 to 7 October are free; three days to mend.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.storage.conftest import Place, _schemas, place, reused_url

__all__ = ["_schemas", "place", "reused_url"]
UNSEEN = {8, 9, 12, 15, 18}  # host down twice, a wall, a budget of one page, interrupted
TRUTH = {
    # stale from the eleventh night, mended, the new row taken away again
    "news": """
        11 duwang opened open 09-30 09-30
        16 duwang passed fixed - -
        20 duwang failed_again reopened 10-10 10-10
    """,
    # accused on the second night only: one night, then mended; two with a night between that could not be read
    "notice": """
        1 duwang suspected suspected - -
        2 duwang cleared fixed - -
        13 duwang suspected suspected - -
        16 duwang confirmed open 10-10 10-10
        19 duwang passed fixed - -
        25 duwang suspected suspected - -
        26 duwang confirmed reopened 10-14 10-14
        28 duwang passed fixed - -
    """,
    # waived; another row, still stale; waived again; mended; the very same once more
    "policy": """
        0 duwang opened open 09-17 09-17
        1 王芳 waived waived 12-31 -
        5 duwang changed open 09-22 09-22
        6 王芳 waived waived 12-31 -
        22 duwang passed fixed - -
        24 duwang waived_again waived 12-31 -
    """,
    # the column is missing from the menu for four nights, two of them with the host down
    "miss": """
        6 duwang opened open 09-23 09-23
        10 duwang passed fixed - -
    """,
    # a dead link that is taken off the page, comes back, and is mended
    "c": """
        3 duwang opened open 09-21 09-21
        5 duwang passed fixed - -
        7 duwang failed_again reopened 09-24 09-24
        13 duwang passed fixed - -
    """,
    # waived until a day that passes
    "e": """
        1 duwang opened open 09-18 09-18
        2 王芳 waived waived 09-24 -
        11 clock expired open 09-30 09-30
        21 duwang passed fixed - -
    """,
    # disputed and withdrawn; later dead in another way
    "g": """
        2 duwang opened open 09-20 09-20
        3 李强 disputed disputed 09-21 09-20
        4 赵敏 withdrawn withdrawn - -
        17 duwang changed open 10-10 10-10
    """,
    # disputed and upheld, with five more days
    "h": """
        2 duwang opened open 09-20 09-20
        5 李强 disputed disputed 09-22 09-20
        7 赵敏 upheld open 09-29 09-29
        14 duwang passed fixed - -
    """,
    # waived by a person in the moment in which the audit of that night was about to be kept
    "j": """
        20 duwang opened open 10-10 10-10
        21 王芳 waived waived 10-09 -
        26 clock expired open 10-14 10-14
    """,
}
FAILING = {  # nights on which it was there, whether or not anybody could see it
    "news": [*range(11, 16), *range(20, 30)], "notice": [1, *range(13, 19), *range(25, 28)],
    "policy": [*range(22), *range(24, 30)], "miss": range(6, 10), "c": [3, 4, *range(7, 13)], "e": range(1, 21),
    "g": range(2, 30), "h": range(2, 14), "j": range(20, 30),
}  # fmt: skip
UNREAD = {"notice": {14}}
NIGHTS_COUNTED = {1: 1, 13: 1, 14: 1, 15: 1, 25: 1}  # of the suspicion, by night
SCORES = {  # of some nights: lowest, highest. 3 + 1 dead link; the suspected column widens the range only
    0: ["97", "97"], 1: ["92", "96"], 3: ["97", "97"], 6: ["94", "94"], 8: None, 11: ["92", "92"], 12: None,
    16: ["95", "95"], 18: None, 22: ["94", "94"], 26: ["89", "89"], 29: ["93", "93"],
}  # fmt: skip


def expected(night: int) -> dict[str, dict[str, Any]]:
    """The ledger as it must be after that night and what people did then."""
    cases = {}
    for name, script in TRUTH.items():
        lines = [line.split() for line in script.split("\n") if line.strip()]
        told = [line for line in lines if int(line[0]) <= night]
        if told:
            seen = [
                one
                for one in FAILING[name]
                if one <= night and one not in UNSEEN and one not in UNREAD.get(name, ())
            ]
            cases[name] = {
                "state": told[-1][3], "first": int(told[0][0]), "last": seen[-1], "due": told[-1][5],
                "nights": NIGHTS_COUNTED.get(night, 0) if name == "notice" else 0,
                "events": [" ".join(line[:5]) for line in told],
            }  # fmt: skip
    return cases


def differences(night: int, told: dict[str, Any]) -> list[str]:
    cases, truth = told["cases"], expected(night)
    found = [f"night {night}: {name} is in the ledger" for name in cases.keys() - truth.keys()]
    found += [f"night {night}: {name} is not in the ledger" for name in truth.keys() - cases.keys()]
    for name in sorted(cases.keys() & truth.keys()):
        found += [
            f"night {night}: {name}.{field} is {cases[name][field]}, not {value}"
            for field, value in truth[name].items()
            if cases[name][field] != value
        ]
    if night in SCORES and told["score"] != SCORES[night]:
        found.append(f"night {night}: the score is {told['score']}, not {SCORES[night]}")
    said = {8: "fault.home.refused", 9: "fault.home.refused", 18: "cancelled"}.get(night, "finished")
    if told["said"] != said:
        found.append(f"night {night}: the audit said {told['said']}, not {said}")
    return found


@pytest.mark.timeout(310)
def test_the_ledger_is_the_truth_night_by_night(place: Place, tmp_path: Path) -> None:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("DUWANG_")}
    told = subprocess.run(
        [sys.executable, "-m", "tests.whole.thirty_nights", place.url, str(tmp_path)],
        cwd=Path(__file__).parents[2], env=kept | {"PYTHONUTF8": "1"}, capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr.decode()[-2000:]
    nights = [json.loads(line) for line in told.stdout.splitlines()]
    assert [one["night"] for one in nights] == list(range(30))
    assert [line for one in nights for line in differences(one["night"], one)] == []
    # a withdrawn point comes back, an upheld one does not; both scores are kept
    assert nights[-1]["rulings"] == [
        ["withdrawn", "97", "97", "98", "98"],
        ["upheld", "96", "96", "96", "96"],
    ]


def test_a_ledger_that_is_not_the_truth_is_named() -> None:
    cases = json.loads(json.dumps(expected(7)))
    right = {"night": 7, "cases": cases, "score": None, "said": "finished", "rulings": []}
    assert differences(7, right) == []
    cases["h"]["due"] = "09-20"
    del cases["miss"]
    assert differences(7, {**right, "said": "cancelled"}) == [
        "night 7: miss is not in the ledger",
        "night 7: h.due is 09-20, not 09-29",
        "night 7: the audit said cancelled, not finished",
    ]


def test_the_script_of_truth_never_sees_what_nobody_saw() -> None:
    """Nothing that an audit does happens on a night on which nobody could look."""
    changes = [line.split() for script in TRUTH.values() for line in script.split("\n") if line.strip()]
    assert not [line for line in changes if line[1] == "duwang" and int(line[0]) in UNSEEN]
