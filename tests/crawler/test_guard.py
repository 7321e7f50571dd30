"""The private-address guard: judged on the address that is connected to, by every way that leads there."""

import asyncio

import pytest

from crawler.gateway import Gateway
from crawler.guard import Guard


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1",
        "127.8.9.10",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "240.0.0.1",
        "198.18.0.1",
        "192.0.2.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::10.0.0.1",
        "2002:7f00:1::",
        "2001:db8::1",
        "not an address",
        "",
    ],
)
def test_refused(ip):
    assert Guard().refuses(ip, 80)
    assert not Guard(allow_private=True).refuses(ip, 80)


@pytest.mark.parametrize(
    "ip", ["114.114.114.114", "8.8.8.8", "2400:3200::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_allowed(ip):
    assert not Guard().refuses(ip, 443)


def test_an_exemption_is_one_address_and_one_port():
    guard = Guard(exempt=frozenset({"127.0.0.1:8001"}))
    assert not guard.refuses("127.0.0.1", 8001)
    assert guard.refuses("127.0.0.1", 8002) and guard.refuses("::1", 8001)


def test_no_way_leads_to_a_private_address(origin_of, crawl_of, tools):
    """One server is exempt and stands for the public web, the other is the private network."""
    private = origin_of({"/": "the crown jewels"}, robots="User-agent: *\nDisallow:\n")
    public = origin_of()
    port = private.port
    literal = [
        f"http://127.0.0.1:{port}/",
        f"http://localhost:{port}/",
        f"http://2130706433:{port}/",
        f"http://0x7f000001:{port}/",
        f"http://0177.0.0.1:{port}/",
        f"http://127.1:{port}/",
        f"http://[::ffff:127.0.0.1]:{port}/",
        f"http://0.0.0.0:{port}/",
        f"https://127.0.0.1:{port}/",
    ]
    hop = [public.url(f"/to?u={url}") for url in literal[:2]]
    far = [public.url(f"/to?u={public.url('/to')}?u={literal[0]}")]
    seeds = [tools.lead(url) for url in (*literal, *hop, *far, public.url("/ok/1"))]
    probes = [tools.lead(url + "?probe", 7, "probe", method="HEAD") for url in literal[:2]]
    got = crawl_of([*seeds, *probes], exempt=[public.host])

    assert private.seen == [], "not even robots.txt was asked for"
    direct, moved = [*literal, *(one["url"] for one in probes)], [*hop, *far]
    refused = [*direct, *moved]
    assert {url: got.outcome(url) for url in refused} == {
        **dict.fromkeys(direct, ("skipped_private", "private_address")),
        **dict.fromkeys(moved, ("skipped_private", "redirect_private")),
    }
    assert [(got.of(url)["status"], got.of(url)["headers"]["location"]) for url in hop] == [
        (302, url) for url in literal[:2]
    ]
    assert {got.of(url)["sha256"] for url in refused} == {None}
    assert got.outcome(public.url("/ok/1")) == ("ok", None)
    assert [len(got.of(url)["attempts"]) for url in refused] == [1] * len(refused)


def test_the_gateway_connects_to_allowed_addresses_only(origin_of):
    private, public = origin_of({"/": "secret"}), origin_of({"/page": "hello"})

    async def ask(gateway, text):
        reader, writer = await asyncio.open_connection("127.0.0.1", await gateway.open())
        writer.write(text.encode())
        answer = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        return answer

    async def main():
        gateway = Gateway(Guard(exempt=frozenset({public.host})))
        asked = [
            f"GET http://{public.host}/page HTTP/1.1\r\nHost: {public.host}\r\nProxy-Connection: keep-alive\r\n\r\n",
            f"GET http://{private.host}/ HTTP/1.1\r\nHost: {private.host}\r\n\r\n",
            f"GET http://localhost:{private.port}/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
            f"CONNECT {private.host} HTTP/1.1\r\nHost: {private.host}\r\n\r\n",
            "GET ftp://127.0.0.1/ HTTP/1.1\r\n\r\n",
            "nonsense\r\n\r\n",
        ]
        answers = [await ask(gateway, text) for text in asked]
        refused = set(gateway.refused)
        await gateway.close()
        return answers, refused

    answers, refused = asyncio.run(main())
    assert answers[0].startswith(b"HTTP/1.1 200 ") and answers[0].endswith(b"hello")
    assert answers[1:] == [b""] * 5
    assert refused == {("127.0.0.1", private.port), ("localhost", private.port)}
    assert private.seen == []
    assert "proxy-connection" not in public.seen[0].headers and public.seen[0].path == "/page"
