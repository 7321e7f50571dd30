"""The server answers as planted."""

import http.client
import threading
from types import ModuleType
from urllib.parse import urlsplit

import pytest


class Answer:
    def __init__(self, got: http.client.HTTPResponse, method: str) -> None:
        self.status = got.status
        self.headers = {name.lower(): value for name, value in got.getheaders()}
        self.body = got.read()
        self.method = method


def ask(base: str, path: str, method: str = "GET", **headers: str) -> Answer:
    connection = http.client.HTTPConnection(urlsplit(base).netloc, timeout=10)
    try:
        connection.request(method, path, headers=headers)
        return Answer(connection.getresponse(), method)
    finally:
        connection.close()


def test_every_page_is_served_with_its_own_bytes(portal: ModuleType) -> None:
    with portal.serve() as home:
        for path, page in portal.pages().items():
            for _ in range(page.failures):
                assert ask(home, path).status == 503
            got = ask(home, path)
            assert (got.status, got.body) == (page.status, page.body), path
            assert got.headers["content-type"] == page.content_type
            assert int(got.headers["content-length"]) == len(page.body)


def test_head_gives_the_headers_and_no_body(base: str, portal: ModuleType) -> None:
    got = ask(base, "/tzgg/index.html", "HEAD")
    assert (got.status, got.body) == (200, b"")
    assert int(got.headers["content-length"]) == len(portal.pages()["/tzgg/index.html"].body)


def test_head_is_refused_where_planted_and_get_is_not(base: str) -> None:
    assert ask(base, "/download.do?file=spjy&type=pdf", "HEAD").status == 405
    got = ask(base, "/download.do?file=spjy&type=pdf")
    assert got.status == 200 and got.body.startswith(b"%PDF-")


def test_each_portal_forgets_the_last_ones_503(portal: ModuleType) -> None:
    path = next(one.where for one in portal.PLANTED if one.name == "flaky-503")
    for _ in range(2):
        with portal.serve() as home:
            assert [ask(home, path).status for _ in range(3)] == [503, 200, 200]


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/xwdt/bmdt", 301, "/xwdt/bmdt/"),
        ("/zwgk/index.html", 301, "/zfxxgk/"),
        ("/ztzl/2019/aqn/t20190612_870244.html", 302, "/404.htm"),
        ("/404.htm", 200, None),
        ("/zcwj/", 200, None),
        ("/nothing/here.html", 404, None),
        ("/zcjd/202603/t20260305_990399.html", 410, None),
        ("/wssb/index.jsp", 412, None),
        ("/search/?q=%BE%F6%CB%E3", 200, None),
        ("/zfxxgk/fdzdgknr/czyjs/files/%be%f6%cb%e3%b1%ed.xls", 200, None),
    ],
)
def test_odd_addresses(base: str, path: str, status: int, location: str | None) -> None:
    got = ask(base, path)
    assert (got.status, got.headers.get("location")) == (status, location)


def test_an_unchanged_page_is_not_sent_twice(base: str) -> None:
    first = ask(base, "/index.html")
    again = ask(base, "/index.html", **{"If-None-Match": first.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


def test_the_clock_of_the_server_stands_still(base: str) -> None:
    got = ask(base, "/")
    assert got.headers["date"] == "Mon, 12 Oct 2026 01:00:00 GMT"
    assert got.headers["server"].strip() == "nginx"


def test_many_at_once_and_nothing_on_the_terminal(
    portal: ModuleType, capfd: pytest.CaptureFixture[str]
) -> None:
    seen: list[str] = []
    with portal.serve(seen) as home:
        answers: list[int] = []
        threads = [threading.Thread(target=lambda: answers.append(ask(home, "/").status)) for _ in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == [200] * 16
    assert seen == ["GET /"] * 16
    assert capfd.readouterr() == ("", "")


def test_the_port_is_free_again_afterwards(portal: ModuleType) -> None:
    with portal.serve() as home:
        pass
    with pytest.raises(ConnectionRefusedError):
        ask(home, "/")
