"""What is missing from a site's platform is never held against it while anything of the site is unseen."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from checks.likeness import akin
from model import Hit, Unsure
from tests.checks.test_check_cases import answers

FOLDER = Path(__file__).parents[2] / "fixtures" / "checks"
CHECKS = ("missing_channel", "missing_entry", "list_mismatch", "template_mismatch")
FAILING = [
    (check, name, case)
    for check in CHECKS
    for name, case in yaml.safe_load((FOLDER / f"{check}.yaml").read_text("utf-8"))["fail"].items()
]
UNREAD = {"name": "政务专栏", "kind": "disclosure", "unread": "blocked", "outcome": "blocked"}


def changed(case: dict[str, Any], doubt: str) -> dict[str, Any]:
    home = case.get("home", {})
    match doubt:
        case "left":
            return case | {"left": "survey"}
        case "stopped":
            return case | {"stop": "max_seconds"}
        case "home_blocked":
            return case | {"home": home | {"outcome": "blocked"}}
        case "shell":
            return case | {"home": home | {"shell": "vue"}}
        case "scripted":
            return case | {"home": home | {"rendered": False, "scripts": 3}}
        case "picture":
            picture = {"url": "http://x.gov.cn/n/", "raw": "/n/", "relation": "internal"}
            return case | {"home": home | {"links": [*home.get("links", ()), picture]}}
        case _:
            return case | {"columns": [*case.get("columns", ()), UNREAD]}


@pytest.mark.parametrize(
    "doubt", ["left", "stopped", "home_blocked", "shell", "scripted", "picture", "unread_column"]
)
@pytest.mark.parametrize(
    ("check", "name", "case"), [pytest.param(*one, id=f"{one[0]}-{one[1]}") for one in FAILING]
)
def test_any_doubt_turns_an_accusation_into_a_question(
    check: str, name: str, case: dict[str, Any], doubt: str
) -> None:
    found = answers(check, changed(case, doubt))
    accusing = [one for one in found if isinstance(one, Hit) and not isinstance(one, Unsure)]
    if name == "target_tried_twice_and_gone" and doubt not in ("left", "stopped", "home_blocked"):
        return  # its target was tried and is gone, whatever else is unseen
    if (
        check == "list_mismatch"
        and doubt in ("shell", "scripted", "picture")
        and case["params"]["among"] == "rows"
    ):
        return  # rows of a column that was read whole
    assert found and not accusing


@pytest.mark.parametrize(
    ("name", "wanted", "expected"),
    [
        ("政府信息公开专栏", "政府信息公开", True),
        ("网上申请", "在线申请", True),
        ("公开制度规定", "政府信息公开制度", True),
        ("政府信息公开指南", "政府信息公开制度", False),
        ("工作动态", "政府信息公开", False),
        ("", "政府信息公开", False),
    ],
)
def test_names_that_may_mean_the_same(name: str, wanted: str, expected: bool) -> None:
    assert akin(name, wanted) is expected
