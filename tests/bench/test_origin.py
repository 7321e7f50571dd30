"""The origin that speed is measured at: nginx and the generator's own server say the same, and both tell what was asked."""

import http.client
import shutil
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest

from bench.answer import Answer
from bench.origin import Origin, origin
from bench.portal import build

PAGES, SEED = 100, 7
HEADERS = ("content-type", "content-length", "location", "last-modified", "etag", "linkchecker")


def told(origin: Origin, answers: Mapping[str, Answer]) -> dict[str, Any]:
    connection = http.client.HTTPConnection(urlsplit(origin.home).netloc, timeout=10)
    found = {}
    for number, path in enumerate([*answers, "/nowhere.html"]):
        connection.request("HEAD" if number % 5 == 0 else "GET", path)
        response = connection.getresponse()
        headers = [response.getheader(name) for name in HEADERS]
        found[path] = (response.status, headers, response.read())
    connection.close()
    return found


@pytest.mark.skipif(not (shutil.which("nginx") or shutil.which("/usr/sbin/nginx")), reason="no nginx here")
def test_both_servers_say_the_same() -> None:
    with origin(PAGES, SEED) as one, origin(PAGES, SEED, own=True) as other:
        assert one.server.startswith("nginx") and other.server == "generator"
        said = told(one, one.answers)
        assert said == told(other, other.answers)
        asked = one.asked()
        assert asked == other.asked()
        assert asked.requests == len(one.answers) + 1 and asked.pages == one.truth.pages
        assert one.asked().requests == other.asked().requests == 0
    for path, answer in one.answers.items():
        assert said[path][0] == answer.status
        assert said[path][2] in (b"", answer.body)


def test_pages_of_a_portal_that_is_alike_stay_alike_when_it_grows() -> None:
    small, large = (build(pages, SEED, alike=True) for pages in (300, 3000))
    menus = [portal.answers["/jiucuo.html"].body.count(b"<li><a href=") for portal in (small, large)]
    assert menus[0] == menus[1]
    for portal in (small, large):
        articles = [body for path, (body, *_) in portal.answers.items() if "/t20" in path and b"<h1>" in body]
        assert 14_000 < sum(map(len, articles)) / len(articles) < 17_000
        assert 50 < sum(body.count(b"href=") + body.count(b"src=") for body in articles) / len(articles) < 70
        assert 0.08 < len(portal.truth.gbk) / portal.truth.pages < 0.12
