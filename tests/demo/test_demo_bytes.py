"""The portal is the same every time, and its files are what they say."""

import csv
import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from types import ModuleType

from model import Site

DIGEST = """
import hashlib, sys
sys.path.insert(0, {parent!r})
from demo_site import pages
print(hashlib.sha256(repr(sorted(pages().items())).encode()).hexdigest())
"""


def test_every_process_draws_the_same_bytes(portal: ModuleType, demo_folder: Path) -> None:
    script = DIGEST.format(parent=str(demo_folder.parent))
    drawn = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            check=True,
            text=True,
        ).stdout.strip()
        for seed, zone in (("1", "UTC"), ("77", "America/Lima"))
    }
    here = hashlib.sha256(repr(sorted(portal.pages().items())).encode()).hexdigest()
    assert drawn == {here}


def test_the_portal_has_the_size_of_a_small_county_site(portal: ModuleType) -> None:
    html = [
        path for path, page in portal.pages().items() if page.status == 200 and "html" in page.content_type
    ]
    assert 150 <= len(html) <= 220


def test_the_moment_stands_beside_a_make_up_day(portal: ModuleType) -> None:
    assert portal.AS_OF.isoformat() == "2026-10-12T09:00:00+08:00"


def test_the_site_file_is_a_site(demo_folder: Path) -> None:
    site = Site.model_validate_json((demo_folder / "site.json").read_text("utf-8"))
    assert (site.site_code, site.name, site.organiser, site.level, site.kind) == (
        "9901230001",
        "青禾县人民政府门户网站",
        "青禾县人民政府办公室",
        "county",
        "portal",
    )


def test_attachments_are_what_their_names_say(portal: ModuleType) -> None:
    begins = {
        "pdf": b"%PDF-",
        "doc": b"\xd0\xcf\x11\xe0",
        "xls": b"\xd0\xcf\x11\xe0",
        "docx": b"PK",
        "xlsx": b"PK",
        "png": b"\x89PNG",
    }
    seen = set()
    false = {one.where for one in portal.PLANTED if one.name == "false-attachment"}
    for path, page in portal.pages().items():
        if path in false:
            assert page.content_type == "application/msword" and b"<html" in page.body
            continue
        ending = path.rsplit(".", 1)[-1]
        if ending in begins:
            seen.add(ending)
            assert page.body.startswith(begins[ending]), path
        if ending in ("docx", "xlsx"):
            assert "[Content_Types].xml" in zipfile.ZipFile(io.BytesIO(page.body)).namelist()
    assert seen == set(begins)


def test_the_old_section_is_really_gbk(portal: ModuleType) -> None:
    old = {path: page for path, page in portal.pages().items() if "/czyjs/" in path and path.endswith(".htm")}
    assert len(old) == 7
    for path, page in old.items():
        text = page.body.decode("gb18030")
        assert "charset=gb2312" in text and "青禾县" in text, path
        try:
            page.body.decode("utf-8")
        except UnicodeDecodeError:
            continue
        raise AssertionError(f"{path} is UTF-8")
    assert "何䶮" in old["/zfxxgk/fdzdgknr/czyjs/show_603.htm"].body.decode("gb18030")
    assert old["/zfxxgk/fdzdgknr/czyjs/show_603.htm"].content_type.endswith("utf-8")


def test_all_other_pages_are_utf8(portal: ModuleType) -> None:
    for path, page in portal.pages().items():
        if "html" in page.content_type and "/czyjs/" not in path:
            page.body.decode("utf-8")


def test_expected_names_every_fault_and_obstacle_and_no_innocent(
    portal: ModuleType, demo_folder: Path
) -> None:
    with (demo_folder / "expected.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["rule_id", "outcome", "locus", "browser", "note"]
    by_name = {one.name: one for one in portal.PLANTED}
    assert len(by_name) == len(portal.PLANTED)
    for row in rows:
        assert row["outcome"] in ("fail", "unsure", "blocked", "not_observed")
        assert row["browser"] in ("both", "with", "without")
        planted = by_name[row["note"].split(" ")[0]]
        assert row["locus"] == planted.where
        accused = row["outcome"] in ("fail", "unsure")
        assert accused == (planted.role == "fault"), row
    named = {row["note"].split(" ")[0] for row in rows}
    assert named == {one.name for one in portal.PLANTED if one.role != "innocent"}
    assert len({(row["rule_id"], row["locus"], row["browser"]) for row in rows}) == len(rows)


def test_every_innocent_address_is_one_of_the_portal(portal: ModuleType) -> None:
    found = set(portal.pages())
    innocent = [one for one in portal.PLANTED if one.role == "innocent" and one.where.endswith("html")]
    assert innocent and not [one.name for one in innocent if one.where not in found]


def test_rules_that_are_expected_stand_in_the_pack(demo_folder: Path) -> None:
    pack = (demo_folder.parents[1] / "rules" / "national" / "2019-check-indicators.yaml").read_text("utf-8")
    with (demo_folder / "expected.csv").open(encoding="utf-8", newline="") as file:
        wanted = {row["rule_id"] for row in csv.DictReader(file)}
    assert not [rule for rule in wanted if f"id: {rule}\n" not in pack]


def test_the_api_tells_what_the_script_list_shows(portal: ModuleType) -> None:
    found = json.loads(portal.pages()["/api/list.json"].body)
    assert found["total"] == len(found["items"]) == 5
    assert all(item["url"] in portal.pages() for item in found["items"])
