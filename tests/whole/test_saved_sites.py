"""Two real saved sites, served on loopback and audited whole through the gate."""

import json
import random
import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

from tests.whole.audited_mirror import audit_saved, audited_mirror
from tests.whole.saved_site import SavedSite, not_copied, real_sites

pytestmark = [pytest.mark.real_sites, pytest.mark.timeout(300)]
DAOZHEN_EMPTY = {"/zwgk/ghjh/", "/zwgk/zcjd/", "/zwgk/fpgz/", "/zwgk/ggzypz/"}


def dead(found: dict) -> dict[str, set[str]]:
    """Accused targets and the pages named as linking to them, both site-relative."""
    return {
        one["verdict"]["locus"]: {urlsplit(parent).path for parent in one["verdict"]["parents"]}
        for one in found["findings"]
        if one["verdict"]["check"] == "dead_link" and one["verdict"]["outcome"] == "fail"
    }


def columns(folder: Path, site: str) -> dict[str, tuple[int, str]]:
    lines = (folder / "columns.jsonl").read_text("utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return {row["page"]: (row["items"], row["newest"]) for row in rows if row["site"] == site}


def key_of(page: str) -> str:
    """/gzdt/tzgg/index.html → /gzdt/tzgg/ and /scedu/c100494/xwzx_list.shtml → itself."""
    return re.sub(r"index\.[a-z]+$", "", f"/{page}")


def _folders(pages: set[str]) -> set[str]:
    return {re.sub(r"index\.html$", "", page) for page in pages}


def test_every_anchor_of_the_county_bureau_is_alive_and_its_empty_columns_are_named(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Two stubs send on to nothing, and the six pictures of one row of buttons were never copied: nothing else is missing."""
    lacks = not_copied(real_sites() / "mirrors" / "daozhen_rsj")
    assert len(lacks) == 8
    found = json.loads((audited_mirror(tmp_path_factory, "daozhen_rsj") / "found.json").read_text("utf-8"))
    assert {locus: _folders(pages) for locus, pages in dead(found).items()} == {
        locus: _folders(pages) for locus, pages in lacks.items()
    }
    blank = {
        one["verdict"]["locus"]
        for one in found["findings"]
        if one["verdict"]["message_id"].startswith("check.zombie_column.blank")
        and one["verdict"]["outcome"] == "fail"
    }
    assert blank == DAOZHEN_EMPTY


def test_deleted_pages_are_the_dead_links_with_every_page_that_links_to_them(tmp_path: Path) -> None:
    folder = real_sites() / "mirrors" / "daozhen_rsj"
    pages = sorted(
        path.relative_to(folder / "site").as_posix() for path in (folder / "site").rglob("t20*.html")
    )
    parents = linking_pages(folder / "site")
    deleted = frozenset(random.Random(7).sample([page for page in pages if parents.get(f"/{page}")], 7))
    found = json.loads(audit_saved(SavedSite(folder, deleted), tmp_path))
    expected = {f"/{page}": parents[f"/{page}"] - {f"/{gone}" for gone in deleted} for page in deleted}
    accused = {
        locus: {re.sub(r"index\.html$", "", one) for one in pages} for locus, pages in dead(found).items()
    }
    accused = {locus: pages for locus, pages in accused.items() if locus not in not_copied(folder)}
    assert accused == {
        locus: {re.sub(r"index\.html$", "", one) for one in pages} for locus, pages in expected.items()
    }


def test_the_province_department_lacks_one_target_and_seven_stand_only_in_comments(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A plain search of the source finds seven dead `<a>` targets; all stand in comments, where nobody sees them."""
    folder = real_sites() / "mirrors" / "sichuan_edu"
    site = SavedSite(folder)
    found = json.loads((audited_mirror(tmp_path_factory, "sichuan_edu") / "found.json").read_text("utf-8"))

    def lacking(comments: bool) -> set[str]:
        return {
            target for target in linking_pages(folder / "site", comments) if site.answer(target)[0] == 404
        }

    assert lacking(comments=False) == set()
    assert len(lacking(comments=True)) == 7
    asked = {
        one["verdict"]["locus"]: one["verdict"]["outcome"]
        for one in found["findings"]
        if one["verdict"]["message_id"] == "check.dead_link.commented"
    }
    assert asked == dict.fromkeys(lacking(comments=True), "unsure")
    films = not_copied(folder)
    assert {Path(one).suffix for one in films} == {".mp4"}
    assert dead(found) == films | {
        "/10462/c102482/chinenglist.shtml": {"/10462/c102241/fkxxhzbd.html", "/index1.html"}
    }


def linking_pages(root: Path, comments: bool = False) -> dict[str, set[str]]:
    """Site-relative targets and the pages whose HTML links to them: read with a plain pattern, not with our reader."""
    found: dict[str, set[str]] = {}
    for path in sorted(root.rglob("*")):
        if path.suffix not in (".html", ".shtml", ".htm"):
            continue
        page = "/" + path.relative_to(root).as_posix()
        hidden = r"(?is)<script.*?</script>|<style.*?</style>" + ("" if comments else "|<!--.*?-->")
        text = re.sub(hidden, "", path.read_text("utf-8", "replace"))
        for raw in re.findall(r"(?i)<a\b[^>]*?\bhref\s*=\s*[\"']([^\"'>]*)[\"']", text):
            raw = raw.strip()
            if (
                not raw
                or raw.startswith(("#", "javascript:", "mailto:", "tel:"))
                or "${" in raw
                or "{{" in raw
            ):
                continue
            target = urlsplit(urljoin(f"http://site{page}", raw))
            if target.netloc == "site" and target.scheme == "http":
                found.setdefault(target.path, set()).add(page)
    return found
