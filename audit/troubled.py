"""牵涉 What a crawl must see with its own eyes: all that verdicts other than a pass, and open cases, rest on.

A verdict names pages by its address, its parents and its evidence. A page may also count without being named: as one of
the rows of a column that is named, or as one of many of which a verdict tells examples. Such a page is never judged by its
head alone: a day that was corrected keeps the length of its page.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from model import Case, CheckModule, Finding, Purpose, Site, Snapshot, Subject
from model.survey import plain_address
from reading import column_key
from storage import Rested

EXAMPLES = 3  # pages named by a verdict on the site as a whole from which on there may be others like them


class Troubled(NamedTuple):
    """牵涉地址 Addresses, in any writing, that must be seen with one's own eyes this time.

    `leading`: nor is what they lead to judged by its head. `samples`: nor is anything, as some verdict may rest on pages that it does not name.
    """

    plain: frozenset[str]
    loci: frozenset[str] = frozenset()  # site-relative
    leading: frozenset[str] = frozenset()
    samples: bool = False

    def holds(self, url: str) -> bool:
        """所涉 Whether this very page is named."""
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return plain_address(url) in self.plain or path in self.loci

    def near(self, seen: Snapshot) -> bool:
        """相关 Whether a verdict may rest on this page without naming it."""
        return self.samples or (seen.found_on is not None and plain_address(seen.found_on) in self.leading)


def named_by(findings: Iterable[Finding]) -> list[Rested]:
    """问题所涉 The same of findings, such as those that open cases were last filed for."""
    return [
        Rested(one.check, (one.url, *one.parents, *(seen.url for seen in one.evidence)))
        for one in (finding.verdict for finding in findings)
    ]


def pages_of_lists(columns: Iterable[str], snapshots: Iterable[Snapshot], site: Site) -> list[str]:
    """列表各页 Every page of these columns, under whichever number: a newer row may stand on any of them."""
    keys = {column_key(url, site) for url in columns}
    pages = (one.url for one in snapshots if one.purpose is not Purpose.PROBE)
    return [url for url in pages if column_key(url, site) in keys]


def troubled_by(
    urls: Iterable[str],
    cases: Iterable[Case] = (),
    rested: Collection[Rested] = (),
    checks: Mapping[str, CheckModule] | None = None,
    home: Collection[str] = (),
) -> Troubled:
    """牵涉 Single addresses, the places of cases that are not settled, and what verdicts other than a pass rest on.

    The home page leads everywhere, so that it is no list of what counts.
    """
    loci = frozenset(one.locus for one in cases)
    plain = {plain_address(url) for url in urls} | {plain_address(one) for one in loci if "://" in one}
    leading: set[str] = set()
    samples = False
    for one in rested:
        named = {plain_address(url) for url in one.addresses if url}
        plain |= named
        module = (checks or {}).get(one.check)
        if module is None or module.SUBJECT is not Subject.LINK:
            leading |= named
            samples = samples or len(named) >= EXAMPLES
    return Troubled(
        frozenset(plain), loci, frozenset(leading - {plain_address(url) for url in home}), samples
    )
