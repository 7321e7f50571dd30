"""A look that found nothing new leaves a small record of itself that others can follow, and its body stays readable."""

from datetime import timedelta

from warcio.archiveiterator import ArchiveIterator

from model import Snapshot
from tests.storage import nouns
from tests.storage.conftest import Place
from tests.storage.test_archive import check, records

BODY = "<title>工作动态</title>".encode()
LATER = nouns.NOW + timedelta(days=1)


def seen(number: int, run_id: str = "R1", **more: object) -> Snapshot:
    return nouns.snapshot(number, run_id, **more)


def test_looks_that_found_nothing_new(place: Place) -> None:
    store = place.again()
    for run_id in ("R1", "R2"):
        store.begin_run(nouns.run(run_id))
    first = seen(1)
    store.keep([(first, BODY), (seen(2), b"another")])
    sha = store.snapshot("R1/1").sha256
    more = {
        "sha256": sha,
        "size": len(BODY),
        "unchanged": 1,
        "revisits": "R1/1",
        "final_url": first.final_url,
    }
    unmodified = seen(1, "R2", status=304, fetched_at=LATER, **more)
    same = seen(3, "R2", fetched_at=LATER, **more)
    carried = seen(4, "R2", carried=True, **more)
    elsewhere = seen(
        5, "R2", sha256=sha, size=len(BODY)
    )  # the same bytes at another address: nobody's second look
    store.keep([(one, BODY) for one in (unmodified, same, carried, elsewhere)])
    store.keep([(seen(6, "R2", status=304, fetched_at=LATER, **more), BODY)])  # alone in its batch
    store.keep([(seen(7, "R2"), b"third")])
    assert [store.body(store.snapshot(f"R2/{n}")) for n in (1, 3, 4, 5, 6, 7)] == [BODY] * 5 + [b"third"]
    kept = store.snapshot("R2/1")
    assert (kept.revisits, kept.unchanged, kept.carried, kept.status) == ("R1/1", 1, False, 304)
    assert store.snapshot("R2/4").carried
    store.close()
    found = records(place.archive / "R2.warc.gz")
    assert [kind for kind, *_ in found] == ["warcinfo", "revisit", "revisit", "revisit", "response"]
    (_, labels, status, headers, body), (_, other, its_status, its_headers, _) = found[1:3]
    profile = "http://netpreserve.org/warc/1.1/revisit/"
    assert (labels["WARC-Profile"], status) == (profile + "server-not-modified", "304 Not Modified")
    assert (other["WARC-Profile"], its_status) == (profile + "identical-payload-digest", "200 OK")
    origin = records(place.archive / "R1.warc.gz")[1][1]
    for one in (labels, other):
        assert one["WARC-Refers-To-Target-URI"] == one["WARC-Target-URI"] == origin["WARC-Target-URI"]
        assert one["WARC-Refers-To-Date"] == origin["WARC-Date"] < one["WARC-Date"]
        assert one["WARC-Payload-Digest"] == origin["WARC-Payload-Digest"]
    assert (
        body == b""
        and "content-length" not in dict(headers)
        and dict(its_headers)["content-length"] == str(len(BODY))
    )
    with (place.archive / "R2.warc.gz").open("rb") as stream:
        sizes = []
        archived = ArchiveIterator(stream)
        for _record in archived:
            archived.read_to_end()
            sizes.append(archived.get_record_length())
    assert max(sizes[1:4]) < 700
    check(place.archive)


def test_where_a_body_came_from_may_be_forgotten(place: Place) -> None:
    store = place.again()
    store.begin_run(nouns.run("R1"))
    store.keep(
        [(seen(1, sha256=None, revisits="R0/1", unchanged=3), BODY)]
    )  # its body is not at hand: kept anew
    store.keep([(seen(2, revisits="R0/1", unchanged=3), BODY)])
    store.close()
    found = records(place.archive / "R1.warc.gz")
    assert [kind for kind, *_ in found] == ["warcinfo", "response", "revisit"]
    assert "WARC-Refers-To-Date" not in found[2][1]
    check(place.archive)
