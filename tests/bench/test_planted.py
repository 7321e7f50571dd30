"""The planted portal is what its truth says, for whoever asks with a plain client."""

import http.client
import json
import re
import ssl
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from fixtures.planted import KINDS, Plant, Served, Truth, Where, serve
from fixtures.planted.answers import honest
from fixtures.planted.layout import Layout

PAGES, SEED = 300, 7
ODD = "这里空空如也"


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    try:
        with serve(PAGES, SEED, log=True) as one:
            yield one
    except OSError as error:
        pytest.skip(f"this machine has no loopback addresses besides 127.0.0.1: {error}")


def asked(url: str, method: str = "GET", cookie: str = "") -> tuple[int, dict[str, str], bytes]:
    parts = urlsplit(url)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection(parts.netloc, timeout=10, context=trusting)
    else:
        connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target or "/", headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


def of(served: Served, name: str) -> list[Plant]:
    found = [plant for plant in served.portal.plants if plant.kind.name == name]
    assert found, name
    return found


def test_the_same_size_and_seed_give_the_same_truth(served: Served) -> None:
    with serve(PAGES, SEED) as other:
        swapped = [line.replace(other.portal.home, served.portal.home) for line in other.portal.truth()]
    ours = [json.loads(line) for line in served.portal.truth()]
    for one, line in zip(ours, swapped, strict=True):
        told = json.loads(line)
        assert (one["kind"], one["truth"], one["parents"]) == (told["kind"], told["truth"], told["parents"])


def test_every_kind_is_planted_twice_at_least_and_named_once(served: Served) -> None:
    planted = Counter(plant.kind.name for plant in served.portal.plants)
    assert {kind.name for kind in KINDS} == planted.keys() and len(KINDS) == len(planted)
    assert min(planted.values()) >= 2
    faults = [kind for kind in KINDS if kind.truth.fault]
    assert len(faults) >= 40 and len(KINDS) - len(faults) >= 60
    assert all(kind.zh and kind.en and kind.zh != kind.en for kind in KINDS)


@pytest.mark.parametrize("pages", [300, 1000, 2500, 20_000])
def test_it_is_as_large_as_asked(pages: int) -> None:
    assert abs(Layout(pages).pages - pages) <= pages * 0.05


def test_all_its_own_pages_answer_and_everything_they_show_of_the_portal_does(served: Served) -> None:
    portal = served.portal
    for path in portal.layout.every_path():
        reply = portal.answer("127.0.0.1", "GET", path)
        assert reply.status == 200, path
        shown = reply.body.decode("gbk" if b"charset=gb2312" in reply.body[:200] else "utf-8")
        assert 40 <= shown.count("href=") + shown.count("src=") <= 130, path


def test_every_link_stands_on_the_pages_that_the_truth_names(served: Served) -> None:
    portal = served.portal
    for plant in portal.plants:
        for parent in plant.parents:
            body = portal.answer("127.0.0.1", "GET", parent).body
            sign = plant.helper if plant.kind.where in (Where.BRIDGE, Where.SHEET) else plant.mark
            if plant.kind.where is Where.SCRIPTED:
                body = portal.answer(
                    "127.0.0.1", "GET", parent.replace("list", "rows").replace("html", "json")
                ).body
            assert sign.encode() in body, (plant.kind.name, parent)


def test_nothing_is_dead_but_what_was_planted(served: Served) -> None:
    """Read with plain patterns, not with our reader: whatever pages of the portal link to besides plants is there."""
    portal, unseen = served.portal, set()
    alive = [
        one.path
        for one in portal.plants
        if one.host is None and one.kind.truth is Truth.ALIVE and one.kind.answer is honest
    ]
    for path in [
        *portal.layout.every_path(),
        *alive,
        "/sjkf/",
        "/sjkf/list0.html",
        "/login.html",
        "/sitemap.xml",
    ]:
        body = portal.answer("127.0.0.1", "GET", path).body
        shown = body.decode("gbk" if b"charset=gb2312" in body[:200] else "utf-8")
        unseen |= set(re.findall(r'(?:href|src)="(/[^"#\']*)"', shown))
    unseen |= {
        f"/sjkf/t{number}.html"
        for number in re.findall(
            r'"n": "(7\d+)"', portal.answer("127.0.0.1", "GET", "/sjkf/rows0.json").body.decode()
        )
    }
    targets = {one for one in unseen if not re.search(r"[89]\d{6}", one)}
    assert len(targets) > PAGES * 0.8
    assert not [one for one in targets if portal.answer("127.0.0.1", "GET", one).status != 200]


PLAIN_STATUS = {
    "gone_404": 404, "gone_410": 410, "doc_404": 404, "later_list_404": 404, "home_404": 404, "sitemap_404": 404, "down_500": 500,
    "soft_404_words": 200, "soft_404_odd": 200, "soft_404_varying": 200, "to_home": 302, "to_404_page": 302, "script_home": 200,
    "file_empty": 200, "file_is_page": 200, "gbk_query_404": 404, "malformed_missing_colon": 404, "waf_412": 412, "refused_403": 403,
    "origin_521": 521, "unusual_999": 999, "login_401": 401, "to_login": 302, "login_page": 200, "gbk_path": 200, "chinese_path": 200,
    "gbk_query": 200, "spaces": 200, "ampersand": 200, "full_width": 200, "plus_sign": 200, "line_break": 200, "backslash": 200,
    "dot_segments": 200, "one_slash": 200, "moved": 301, "about_404": 200, "tiny": 200, "empty_list": 200, "file_as_page": 200,
    "rtf_as_doc": 200, "outside_404": 404, "outside_alive": 200, "outside_403": 403, "outside_999": 999, "outside_for_sale": 200,
    "outside_gambling": 200, "outside_parked": 200, "expired_certificate": 200, "wrong_certificate": 200,
}  # fmt: skip


@pytest.mark.parametrize("name", PLAIN_STATUS)
def test_a_target_answers_as_its_kind_says(served: Served, name: str) -> None:
    assert {asked(plant.url)[0] for plant in of(served, name)} == {PLAIN_STATUS[name]}


@pytest.mark.parametrize(("name", "answers"), [("once_503", [503, 200, 200]), ("once_404", [404, 200, 200]), ("twice_500", [500, 500, 200]),
                                               ("throttled_429", [429, 200, 200]), ("outside_once_503", [503, 200, 200])])  # fmt: skip
def test_what_recovers_recovers_and_can_be_begun_again(served: Served, name: str, answers: list[int]) -> None:
    url = of(served, name)[0].url
    for _ in range(2):
        served.reset()
        assert [asked(url)[0] for _ in answers] == answers


@pytest.mark.parametrize(("name", "head", "get"), [("head_405", 405, 200), ("head_500", 500, 200), ("head_403", 403, 200), ("head_404", 404, 200),
                                                   ("head_404_file", 404, 200), ("head_404_image", 404, 200), ("lying_head", 200, 404),
                                                   ("lying_head_page", 200, 404)])  # fmt: skip
def test_head_and_get_differ(served: Served, name: str, head: int, get: int) -> None:
    url = of(served, name)[0].url
    assert (asked(url, "HEAD")[0], asked(url)[0]) == (head, get)


def test_a_missing_neighbour_answers_just_as_the_soft_404_and_varies_where_it_varies(served: Served) -> None:
    odd, varying = of(served, "soft_404_odd")[0].url, of(served, "soft_404_varying")
    assert (
        asked(odd)[2] == asked(f"{served.home}cxxt/nothing-there.html")[2] and ODD in asked(odd)[2].decode()
    )
    assert asked(varying[0].url)[2] != asked(varying[1].url)[2]
    assert asked(f"{served.home}zwfw/nothing-there.html")[1]["Location"] == "/"
    assert asked(f"{served.home}gzdt/nothing-there.html")[0] == 404


@pytest.mark.parametrize("name", ["cookie_redirect", "cookie_refresh"])
def test_an_address_that_wants_its_cookie_back_shows_the_page_to_whoever_brings_it(
    served: Served, name: str
) -> None:
    plant = of(served, name)[0]
    _, headers, body = asked(plant.url)
    assert headers.get("Location") == plant.path or plant.path.encode() in body
    _, headers, body = asked(plant.url, cookie=headers["Set-Cookie"].partition(";")[0])
    assert "Set-Cookie" not in headers and plant.title.encode() in body


def test_ten_redirects_end_at_a_page(served: Served) -> None:
    url, seen = of(served, "chain_10")[0].url, 0
    while (answer := asked(url))[0] == 302:
        url, seen = served.portal.home + answer[1]["Location"], seen + 1
    assert (seen, answer[0]) == (10, 200)


@pytest.mark.parametrize("name", ["cut_short", "chunk_cut"])
def test_what_is_cut_short_does_not_come_whole(served: Served, name: str) -> None:
    with pytest.raises(http.client.IncompleteRead):
        asked(of(served, name)[0].url)


def test_who_hangs_up_says_nothing_and_nobody_listens_at_the_closed_port(served: Served) -> None:
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        asked(of(served, "down_reset")[0].url)
    with pytest.raises(ConnectionRefusedError):
        asked(of(served, "outside_closed")[0].url)


def test_what_is_huge_comes_whole_and_is_nowhere_in_memory_at_once(served: Served) -> None:
    assert len(asked(of(served, "huge_file")[0].url)[2]) == 12 * 1024 * 1024
    assert len(served.portal.answer("127.0.0.1", "GET", of(served, "huge_page")[0].path).body) <= 65536


def test_certificates_are_what_a_browser_refuses(served: Served) -> None:
    """Even by whoever trusts the signer: one has expired, the other is for another host."""
    for name, word in (("expired_certificate", "expired"), ("wrong_certificate", "mismatch")):
        parts = urlsplit(of(served, name)[0].url)
        shown = ssl.get_server_certificate((str(parts.hostname), int(parts.port or 0)))
        trusting = ssl.create_default_context(cadata=shown)
        connection = http.client.HTTPSConnection(parts.netloc, timeout=10, context=trusting)
        with pytest.raises(ssl.SSLCertVerificationError, match=word):
            connection.request("GET", "/")


def test_only_the_very_bytes_that_a_browser_sends_are_answered(served: Served) -> None:
    plant = of(served, "gbk_query")[0]
    wrong = plant.url.replace("%CD%A8%D6%AA", "%E9%80%9A%E7%9F%A5")
    assert wrong != plant.url and (asked(plant.url)[0], asked(wrong)[0]) == (200, 404)


def test_a_plant_is_known_by_its_address_however_it_is_spelled(served: Served) -> None:
    for plant in served.portal.plants:
        assert served.portal.plant_of(plant.url) == plant
        assert served.portal.plant_of(plant.raw) == plant
    assert served.portal.plant_of(f"{served.home}gzdt/202611/t20261119_1000000.html") is None


def test_requests_are_logged_with_time_host_and_target(served: Served) -> None:
    served.reset()
    plant = next(one for one in served.portal.plants if one.kind.name == "outside_alive")
    asked(plant.url, "HEAD")
    asked(served.home)
    told = [(one.host, one.method, one.target) for one in served.asked]
    assert told == [(plant.host, "HEAD", plant.path), ("127.0.0.1", "GET", "/")]
    assert served.asked[0].at <= served.asked[1].at and served.requests == {"HEAD": 1, "GET": 1}


def test_what_is_not_a_link_has_no_alive_or_dead_target_to_judge() -> None:
    named = {kind.name for kind in KINDS if kind.truth is Truth.NOT_LINK}
    assert named == {"fragment", "mail", "telephone", "script_entry", "placeholder", "comment", "script_piece", "post_form", "prefetch",
                     "code_option", "markup_in_alt"}  # fmt: skip


def test_a_process_of_its_own_serves_it_counts_and_ends_with_its_input(served: Served) -> None:
    words = [sys.executable, "-m", "fixtures.planted", "--pages", str(PAGES), "--control"]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        home = process.stdout.readline().strip()
        assert asked(home)[0] == 200 and asked(home + "lsxx/nothing.html", "HEAD")[0] == 404
        print("requests", file=process.stdin, flush=True)
        assert json.loads(process.stdout.readline()) == {"GET": 1, "HEAD": 1}
        process.stdin.close()
        assert process.wait(timeout=10) == 0
