"""A host that bans us with plain "not found" answers: no page is accused for it; honest dead links stay accused."""

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from tests.whole.gate import duwang
from tests.whole.made_once import made_once
from tests.whole.other_sites import Reply, other_sites

SITE = "127.0.0.41"
MENU = (("tzgg", "通知公告"), ("gzdt", "工作动态"), ("zcjd", "政策解读"), ("ldxx", "领导信息"))
ARTICLES = 26
WORDS = "各科室、各直属单位：为做好有关工作，现将第{}项安排印发给你们，请结合实际认真贯彻执行，并于月底前报送落实情况。"


def article(number: int) -> str:
    return f"/tzgg/202610/t202610{1 + number % 28:02}_{number}.html"


def dressed(title: str, inner: str) -> str:
    entries = "".join(f'<li><a href="/{path}/">{name}</a></li>' for path, name in MENU)
    menu = f'<div class="nav"><ul><li><a href="/">首页</a></li>{entries}</ul></div>'
    return f"<html><head><meta charset=utf-8><title>{title}</title></head><body>{menu}{inner}</body></html>"


def rows(numbers: range) -> str:
    return "<ul>" + "".join(
        f'<li><a href="{article(one)}">关于第{one}项工作安排的通知</a><span>2026-10-{1 + one % 28:02}</span></li>'
        for one in numbers
    ) + "</ul>"  # fmt: skip


def portal(path: str) -> str | None:
    """The honest portal; None for what it does not have."""
    if path == "/":
        return dressed("青禾县人民政府", rows(range(ARTICLES)))
    for number, (folder, name) in enumerate(MENU):
        if path == f"/{folder}/":
            return dressed(f"{name}-青禾县", rows(range(number * 6, number * 6 + 6)))
    for number in range(ARTICLES):
        if path == article(number):
            text = "".join(f"<p>{WORDS.format(number * 7 + line)}</p>" for line in range(4))
            title = f"关于第{number}项工作安排的通知"
            return dressed(title, f"<h1>{title}</h1><p>发布时间：2026-10-{1 + number % 28:02}</p>{text}")
    return None


Accused = tuple[str, ...]


class Audited(NamedTuple):
    asked: list[str]
    accused: set[Accused]  # check, rule and place of all that failed or may have
    dead: set[str]
    run: dict[str, Any]


def accused_in(told: Any) -> set[Accused]:
    found = [one["verdict"] for one in told["findings"]]
    return {(one["check"], one["rule_id"], urlsplit(one["locus"]).path or one["locus"]) for one in found}


def audited(folder: Path, answer: Callable[[int, str], Reply | str | None]) -> Audited:
    """`answer`: what the host says to its nth request when it is not what the portal would say."""
    numbers = count(1)

    def replied(_: str, path: str) -> Reply | str:
        told = answer(next(numbers), path)
        if told is not None:
            return told
        found = portal(path)
        return found if found is not None else Reply(dressed("404", "<p>404</p>"), 404)

    with other_sites((SITE,), replied) as (port, log):
        said = duwang(
            "audit", f"http://{SITE}:{port}/", "--allow-private", "--no-browser", "--no-external", "--delay", "0",
            "--confirm-after", "1", "--as-of", "2026-11-01", "--json", cwd=folder,
        )  # fmt: skip
    assert said.code in (0, 2), said
    told = json.loads(said.out)
    accused = accused_in(told)
    dead = {place for check, _, place in accused if check == "dead_link"}
    asked = [one.path for one in log if one.path != "/robots.txt"]
    return Audited(asked, accused, dead, told["run"])


def banned(number: int, varying: bool = False) -> Reply:
    trace = f"<p>编号 {number * 7919}：{WORDS.format(number)}</p>" if varying else "<p>404</p>"
    return Reply(f"<html><head><title>404</title></head><body>{trace}</body></html>", 404)


@pytest.fixture(scope="module")
def honest(tmp_path_factory: pytest.TempPathFactory) -> set[Accused]:
    """What is wrong with the portal when nobody is banned."""

    def make(folder: Path) -> None:
        found = audited(folder, lambda *_: None)
        assert found.dead == set() and found.asked.count("/") == 1  # nothing was missed that anybody minds
        assert {article(number) for number in range(ARTICLES)} <= set(found.asked)
        (folder / "accused.json").write_text(json.dumps(sorted(found.accused)), "utf-8")

    kept = made_once(tmp_path_factory, "walls", make) / "accused.json"
    return {tuple(one) for one in json.loads(kept.read_text("utf-8"))}


@pytest.mark.parametrize(("after", "varying"), [(3, False), (16, True)], ids=["in the menu", "varying text"])
def test_a_ban_accuses_nobody(after: int, varying: bool, honest: set[Accused], tmp_path: Path) -> None:
    found = audited(tmp_path, lambda number, _: banned(number, varying) if number > after else None)
    assert found.dead == set()
    assert found.accused <= honest, found.accused - honest
    # ten were missed, and with the look that told why another one was on its way
    assert 11 <= len(found.asked) - after <= 14 and "/" in found.asked[-2:]
    behind = {path for path in found.asked[after:] if path != "/" and portal(path) is not None}
    unread = {urlsplit(one["url"]).path: one for one in found.run["coverage"]["unread"]}
    assert {path for path, one in unread.items() if one["cause"] == "blocked"} == behind
    assert {
        one["detail"] for one in unread.values() if one["cause"] == "blocked" and one["what"] == "page"
    } == {"wall"}
    assert found.run["counts"]["blocked"] >= len(behind)  # none of it passed
    assert [one["reason"] for one in found.run["coverage"]["host_stops"]] == ["answers_nobody"]
    if varying:
        again = json.loads(duwang("judge", "--json", cwd=tmp_path).out)
        assert accused_in(again) == found.accused  # told by what was kept, as it was told live


def test_a_ban_that_is_lifted_before_the_end_leaves_nothing(honest: set[Accused], tmp_path: Path) -> None:
    found = audited(tmp_path, lambda number, _: banned(number) if 16 < number <= 24 else None)
    assert found.dead == set() and found.accused == honest
    assert {article(number) for number in range(ARTICLES)} <= set(found.asked)


def test_honest_dead_links_stay_accused(tmp_path: Path) -> None:
    gone = {article(number) for number in range(12, ARTICLES)}
    found = audited(tmp_path, lambda number, path: banned(number) if path in gone else None)
    assert found.dead == gone


def test_one_short_text_for_everything_tells_nothing_of_the_pages(
    honest: set[Accused], tmp_path: Path
) -> None:
    """It is no challenge that reading knows, and comes with status 200."""
    text = "<html><body><script>setTimeout(function(){go(1)},1500)</script><p>正在进入</p></body></html>"
    behind = set[str]()

    def turned(number: int, path: str) -> Reply | None:
        if number <= 12:
            return None
        behind.add(path)
        return Reply(text)

    found = audited(tmp_path, turned)
    behind = {path for path in behind if portal(path) is not None}  # no made-up addresses
    (stop,) = found.run["coverage"]["host_stops"]
    assert stop["reason"] == "throttled" and len(found.asked) <= stop["after_requests"] + 1
    assert found.dead == set() and found.accused <= honest
    again = duwang("judge", "--json", cwd=tmp_path)
    for told in (found.run, json.loads(again.out)["run"]):
        unread = {
            urlsplit(one["url"]).path for one in told["coverage"]["unread"] if one["cause"] == "blocked"
        }
        assert unread == behind
        assert told["counts"]["blocked"] >= len(unread)
