"""The generated portal is what its truth says, and an audit of it accuses exactly what was planted."""

import http.client
import re
from urllib.parse import urljoin, urlsplit

import pytest

from bench.auditing import audit_once
from bench.portal import build
from bench.serving import served

PAGES, SEED = 200, 7


def test_the_same_size_and_seed_give_the_same_portal() -> None:
    one, other = build(PAGES, SEED), build(PAGES, SEED)
    assert (one.answers, one.truth) == (other.answers, other.truth)
    assert build(PAGES, SEED + 1).truth.dead.keys() != one.truth.dead.keys()


@pytest.mark.parametrize("pages", [100, 200, 1000, 3000])
def test_it_is_as_large_as_asked_and_a_fiftieth_of_it_is_dead(pages: int) -> None:
    truth = build(pages, SEED).truth
    assert abs(truth.pages - pages) <= pages * 0.05
    assert len(truth.dead) == max(12, pages // 50)
    assert truth.redirects and truth.attachments and truth.gbk


def test_the_truth_holds_for_whoever_follows_the_links() -> None:
    """Read with plain patterns, not with our reader: what answers, what does not, and who links to it."""
    portal = build(PAGES, SEED)
    dead: dict[str, set[str]] = {}
    seen, waiting = {"/"}, ["/"]
    while waiting:
        path = waiting.pop()
        answer = portal.answers[path]
        if answer.status != 200 or answer.content_type != "text/html" or path in portal.truth.dead:
            continue
        text = answer.body.decode("gbk" if path in portal.truth.gbk else "utf-8")
        found = set(re.findall(r'(?:href|src)="([^"#]+)"', text)) | following(path, text)
        for target in {urljoin(path, one) for one in found if not one.startswith(("javascript:", "mailto:"))}:
            if portal.answers[target].status in (404, 410) or target in portal.truth.dead:
                dead.setdefault(target, set()).add(path)
            if target not in seen:
                seen.add(target)
                waiting.append(target)
    assert dead == portal.truth.dead
    assert seen == portal.answers.keys() - {"/robots.txt"}


def following(path: str, text: str) -> set[str]:
    call = re.search(r'createPageHTML\((\d+), (\d+), "index", "html"\)', text)
    return {f"index_{int(call[2]) + 1}.html"} if call and int(call[2]) + 1 < int(call[1]) else set()


def test_a_process_of_its_own_serves_it_and_counts() -> None:
    portal = build(PAGES, SEED)
    with served(PAGES, SEED) as server:
        connection = http.client.HTTPConnection(urlsplit(server.home).netloc, timeout=10)
        for number, (path, answer) in enumerate(list(portal.answers.items())[:50], start=1):
            connection.request("HEAD" if number % 5 == 0 else "GET", path)
            told = connection.getresponse()
            body = told.read()
            assert (told.status, body) == (answer.status, b"" if number % 5 == 0 else answer.body)
            assert server.requests() == number
        connection.request("GET", "/nowhere")
        assert connection.getresponse().status == 404
        connection.close()


def test_an_audit_accuses_every_planted_target_with_its_parents_and_no_other() -> None:
    audited, truth = audit_once(100, SEED)
    assert audited.stop == "finished"
    assert audited.dead == truth.dead
    assert audited.requests >= audited.snapshots > truth.pages
    assert audited.cost.peak_mb > 0 and audited.cost.cpu_seconds > 0 and audited.verdicts > 0
