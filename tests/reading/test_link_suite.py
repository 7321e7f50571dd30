"""The extraction cases of other checkers' own suites: each right, or the difference argued in one line."""

import json
from collections.abc import Callable
from pathlib import Path

import ada_url
import pytest

from model import Link, LinkRelation, PageFacts

pytestmark = pytest.mark.real_sites
SHOWN = ("scrapy",)  # its own cases ask for anchors and areas only
DIFFERENT = {
    "lychee-test_skip_verbatim": "an anchor inside <pre> is an anchor: a visitor can press it",
    "lychee-test_include_nofollow": "nofollow speaks to search engines; a visitor can press the link",
    "lychee-test_email_false_positive": "v2@1.5x.png in a srcset is the picture's file name, not an address for letters",
    "lychee-test_skip_emails_in_stylesheets": "a style sheet that the page needs, whatever its folder is called",
    "muffet-invalid-url": "browsers make /: of a lone colon and ask for it; so do we, and its answer tells",
    "muffet-count6": "a <link> that says no purpose is taken in by no browser",
    "muffet-og-image": "og:image is for other sites' previews: no visitor of the page sees it",
}
OURS = {  # what we say where we differ
    "lychee-test_skip_verbatim": {"https://example.org", "https://baz.org"},
    "lychee-test_include_nofollow": {"https://foo.com", "https://example.com", "https://example.org"},
    "lychee-test_email_false_positive": {"http://foo.invalid/v2@1.5x.png"},
    "lychee-test_skip_emails_in_stylesheets": {"http://foo.invalid/@global/global.css"},
    "muffet-invalid-url": {"http://foo.com/:"},
    "muffet-count6": set(),
    "muffet-og-image": set(),
}


@pytest.fixture(scope="module")
def cases(real_sites: Path) -> list[dict[str, object]]:
    file = real_sites.parent / "suites" / "links" / "cases.jsonl"
    if not file.is_file():
        pytest.skip("the extraction suites are not beside the saved real sites")
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def whole(url: str, base: str) -> str:
    try:
        return str(ada_url.join_url(base, url)) if url else ""
    except ValueError:
        return url


def found(page: PageFacts, base: str, source: str) -> set[str]:
    """Addresses of the links, with their fragments for the suite that wants them; letters and calls as written."""

    def told(link: Link) -> str:
        if link.relation is LinkRelation.CONTACT:
            return link.raw
        return link.url + (f"#{link.fragment}" if link.fragment and source in SHOWN else "")

    kept = [one for one in page.links if one.relation is not LinkRelation.COMMENTED]
    if source in SHOWN:
        kept = [one for one in kept if one.tag in ("a", "area")]
    letters = [
        one
        for one in kept
        if one.relation is LinkRelation.CONTACT and one.raw.startswith(("mailto:", "tel:"))
    ]
    return {told(one) for one in kept if one.url} | {told(one) for one in letters}


def test_every_extraction_case_is_right_or_argued(
    cases: list[dict[str, object]], facts: Callable[..., PageFacts]
) -> None:
    assert len(cases) == 48
    wrong: dict[str, object] = {}
    for case in cases:
        name, base, expect, source = str(case["id"]), str(case["base"]), case["expect"], str(case["source"])
        page = facts(str(case["html"]), base)
        links = found(page, base, source)
        if case["mode"] == "count":
            right = len(links) == expect
        elif case["mode"] == "invalid":
            malformed = [one.raw for one in page.links if one.relation is LinkRelation.MALFORMED]
            right = malformed == [":"]
        else:
            assert isinstance(expect, list)
            right = {whole(one, base) for one in links} == {whole(one, base) for one in expect}
        if not right:
            wrong[name] = {whole(one, base) for one in links}
    assert set(wrong) == set(DIFFERENT)
    assert wrong == {name: {whole(one, "http://foo.invalid/") for one in urls} for name, urls in OURS.items()}
