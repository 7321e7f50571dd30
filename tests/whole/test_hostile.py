"""A portal that means harm does none: not in a spreadsheet, a browser, a terminal, a program, nor to the crawl."""

import json
import os
import pty
import re
import shutil
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.whole import hostile_site as hostile
from tests.whole.gate import Said, duwang, environment
from tests.whole.hostile_site import COLUMNS, PAYLOADS, payload_portal, trap_portal

SITE_CODE = "9901230001"
NAME = "=cmd|' /C calc'!A0\"><svg onload=alert(1)>\x1b]8;;http://evil.example\x1b\\甲\u202e"
ORGANISER = "@SUM(1+1)<script>window.owned=1</script>\x1b[2J\x9b2J{{7*7}}"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SOFFICE = shutil.which("soffice")


def needs(program: str | None, what: str) -> None:
    if program is None:
        if os.environ.get("CI"):
            pytest.fail(f"{what} is not on this machine")
        pytest.skip(f"{what} is not on this machine")


class Audited(NamedTuple):
    folder: Path
    said: Said
    findings: list[dict[str, Any]]
    asked: list[str]

    def of(self, check: str, case: str) -> dict[str, dict[str, Any]]:
        """Findings of one case by their place."""
        return {
            one["verdict"]["locus"]: one["verdict"]
            for one in self.findings
            if one["verdict"]["message_id"] == f"check.{check}.{case}"
        }


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audited]:
    """The payload portal, on the roster under a hostile name, audited once through the gate."""
    folder = tmp_path_factory.mktemp("hostile")
    with payload_portal() as (home, portal):
        cells = ",".join('"' + cell.replace('"', '""') + '"' for cell in (home, NAME, ORGANISER, SITE_CODE))
        (folder / "roster.csv").write_text(f"首页地址,网站名称,主办单位,网站标识码\n{cells}\n", "utf-8")
        assert duwang("sites", "import", "roster.csv", cwd=folder).code == 0
        said = duwang(
            "audit", SITE_CODE, "--allow-private", "--no-browser", "--delay", "0", "--confirm-after", "1", "--as-of", "2026-07-01",
            "--out", "out", cwd=folder,
        )  # fmt: skip
    assert said.code == 2, said
    found = duwang("findings", "--json", cwd=folder).json()
    yield Audited(folder, said, found, portal.asked)


def test_every_payload_is_found_where_it_was_put(audited: Audited) -> None:
    dead = audited.of("dead_link", "missing")
    assert {f"/dead/{n}.html" for n in range(len(PAYLOADS))} <= set(dead)
    assert "/dead/long.html" in dead
    shown = {locus: verdict["params"]["anchor"] for locus, verdict in dead.items()}
    for number, payload in enumerate(PAYLOADS):
        seen = shown[f"/dead/{number}.html"]
        words = re.sub(r"[\W_\ud800]+", "", payload.split("\x1b")[0])
        assert words in re.sub(r"[\W_]+", "", seen), (payload, seen)
    files = [locus for locus in dead if locus.startswith("/files/")]
    unfilled = re.compile(r"\$\{|\{\{|\{%|<%")  # a template nobody filled in is no dead link
    expected = {str(n) for n, payload in enumerate(PAYLOADS) if not unfilled.search(payload)}
    assert {locus.split("/")[2] for locus in files} == expected and len(files) == len(expected)
    assert any(locus.endswith("/=cmd|'%20/C%20calc'!A0.pdf") for locus in files)
    assert {f"/moved/{n}/x.html" for n in range(0, len(PAYLOADS), hostile.MOVED_STEP)} <= set(dead)
    assert "/header/x.html" in dead
    assert set(audited.of("stale_column", "overdue")) == {f"/c/{n}/" for n in range(len(COLUMNS))}
    blank = {f"/k/{n}/" for n, name in enumerate(COLUMNS) if not unfilled.search(name)}
    assert len(blank) == len(COLUMNS) - 1  # where a template shows, the rows may be a script's to fill
    assert blank <= set(audited.of("zombie_column", "blank"))
    (mark,) = audited.of("missing_site_mark", "malformed").values()
    assert "<svg onload" in json.dumps(mark["params"]) + json.dumps(mark["evidence"])
    # references that lead nowhere on the web are no links and so no dead ones
    assert not [locus for locus in dead if re.match(r"(?i)\s*(java\s*script|data|vbscript):", locus)]


# --- spreadsheet --------------------------------------------------------------------------------------------


def converted(parted_by: str, folder: Path, *sheets: Path) -> list[Path]:
    """The workbooks a spreadsheet program makes of CSV files, formulas evaluated as when a person says yes to all."""
    folder.mkdir()
    subprocess.run(
        [str(SOFFICE), f"-env:UserInstallation=file://{folder.parent}/profile", "--headless", "--convert-to", "xlsx",
         f"--infilter=CSV:{ord(parted_by)},34,76,1,,0,false,true,false,false,false,-1,true", "--outdir", str(folder),
         *map(str, sheets)],
        check=True, capture_output=True, timeout=100,
    )  # fmt: skip
    # a program that takes several sheets from one file adds the sheet's name to the workbook's
    return [next(folder.glob(f"{sheet.stem}*.xlsx")) for sheet in sheets]


def formulas(book: Path) -> list[str]:
    """What a workbook would compute or fetch: formula cells, and parts that point outside."""
    with zipfile.ZipFile(book) as parts:
        text = {name: parts.read(name).decode("utf-8", "replace") for name in parts.namelist()}
    found = [
        f"{name}: {one}"
        for name in text
        for one in re.findall(r"<f[ >][^<]*", text[name])
        if "sheets/" in name
    ]
    found += [name for name in text if "externalLink" in name or "connections" in name]
    return found + [
        name for name in text if re.search(r"ddeLink|<hyperlink\b|TargetMode=\"External\"", text[name])
    ]


def test_a_spreadsheet_program_computes_and_fetches_nothing(audited: Audited, tmp_path: Path) -> None:
    needs(SOFFICE, "LibreOffice")
    openpyxl = pytest.importorskip("openpyxl")
    harmful = tmp_path / "harmful.csv"
    harmful.write_text('甲,"=1+1"\n乙;=1+2,丙\n', "utf-8-sig")
    sheet = audited.folder / "out" / "findings.csv"
    links = tmp_path / "links.csv"
    assert duwang("export", "links", "--out", str(links), cwd=audited.folder).code == 0
    book, of_links, control = converted(",", tmp_path / "comma", sheet, links, harmful)
    assert len(formulas(control)) == 1, "the program evaluates what it may"
    assert formulas(book) == []
    rows = list(openpyxl.load_workbook(book).active.iter_rows(values_only=True))
    assert len(rows) == 1 + len(audited.findings)
    assert {len(row) for row in rows} == {20}
    assert "'=cmd|' /C calc'!A0" in {row[4] for row in rows}
    assert {row[1] for row in rows[1:]} == {"'@SUM(1+1)<script>window.owned=1</script>{{7*7}}"}
    assert formulas(of_links) == []
    told = list(openpyxl.load_workbook(of_links).active.iter_rows(values_only=True))
    assert {len(row) for row in told} == {11} and len(told) > len(PAYLOADS)
    assert any(str(row[4]).startswith("'=") for row in told), "the payloads are on the sheet"
    book, of_links, control = converted(";", tmp_path / "semicolon", sheet, links, harmful)
    assert len(formulas(control)) == 1
    assert formulas(book) == formulas(of_links) == []


# --- browser ------------------------------------------------------------------------------------------------

_FOREIGN = """() => [...document.querySelectorAll('*')].filter(one =>
  ['IMG','IFRAME','SCRIPT','LINK','BASE','FORM','INPUT','OBJECT','EMBED','VIDEO','AUDIO','FRAME','TEMPLATE'].includes(one.tagName)
  || [...one.attributes].some(a => /^on/i.test(a.name) || (/^(href|src|action|xlink:href|srcdoc)$/i.test(a.name)
                                                           && !/^(https?:[/][/]|#)/i.test(a.value)))
).map(one => one.outerHTML.slice(0, 120))"""


@pytest.mark.browser
def test_a_browser_runs_nothing_and_asks_for_nothing(audited: Audited, tmp_path: Path) -> None:
    needs(CHROMIUM, "Chromium")
    from playwright.sync_api import Dialog, sync_playwright

    path = tmp_path / "report.html"
    said = duwang("export", "html", "--out", str(path), cwd=audited.folder)
    assert said.code == 0, said
    # the page must be safe by its own text, not only because its policy forbids what the text asks for
    bare = tmp_path / "bare.html"
    text = path.read_text("utf-8")
    assert "Content-Security-Policy" in text
    bare.write_text(re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text), "utf-8")
    asked: list[str] = []
    dialogs: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        for file in (path, bare):
            page = browser.new_page()
            page.on("request", lambda request: asked.append(request.url))
            page.on("dialog", dismiss)
            page.goto(file.as_uri())
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            page.mouse.move(200, 200)
            page.keyboard.press("Tab")
            page.wait_for_timeout(200)
            assert page.evaluate(_FOREIGN) == []
            assert page.evaluate("document.querySelectorAll('style, title').length") == 2
            assert page.evaluate("typeof window.owned") == "undefined"
            assert page.url == file.as_uri()
            words = page.evaluate("document.body.innerText")
            for payload in (
                '"><svg onload=alert("owned")>',
                "&lt;script&gt;",
                "{{7*7}}",
                "{% for x in range(3) %}49",
            ):
                assert payload in words, "the reader must see what the page said"
            page.close()
        browser.close()
    assert (asked, dialogs) == ([path.as_uri(), bare.as_uri()], [])


# --- programs -----------------------------------------------------------------------------------------------


def unseen(text: str) -> set[str]:
    """Characters that move a cursor, reorder a line or cannot be seen."""
    return {one for one in text if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")} - {"\n"}


def test_json_lines_are_valid_and_hold_what_the_pages_said(audited: Audited, tmp_path: Path) -> None:
    path = audited.folder / "out" / "findings.jsonl"
    lines = path.read_text("utf-8").split("\n")
    assert lines.pop() == ""
    assert unseen("".join(lines)) == set()
    found = [json.loads(line) for line in lines]
    assert len(found) == len(audited.findings)
    assert {one["fingerprint"] for one in found} == {one["fingerprint"] for one in audited.findings}
    assert any(one["verdict"]["subject_name"] == "=cmd|' /C calc'!A0" for one in found)
    again = tmp_path / "again.jsonl"
    assert duwang("export", "jsonl", "--out", str(again), cwd=audited.folder).code == 0
    assert again.read_bytes() == path.read_bytes()
    sheet = tmp_path / "again.csv"
    assert duwang("export", "csv", "--out", str(sheet), cwd=audited.folder).code == 0
    assert sheet.read_bytes() == (audited.folder / "out" / "findings.csv").read_bytes()


def test_a_case_keeps_the_bytes_and_names_no_file_after_them(audited: Audited, tmp_path: Path) -> None:
    finding = next(one for one in audited.findings if one["verdict"]["locus"] == "/c/0/")
    number = f"F-{finding['fingerprint'][:10]}"
    said = duwang("case", number, "--fail", "--out", str(tmp_path), cwd=audited.folder)
    assert said.code == 0 and unseen(said.out) == set(), said
    files = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert files == [f"stale_column-{number[2:]}/case.json", f"stale_column-{number[2:]}/page1.html"]
    case = json.loads((tmp_path / files[0]).read_text("utf-8"))
    assert case["site"]["organiser"].startswith(ORGANISER[:9])


# --- terminal -----------------------------------------------------------------------------------------------


def on_a_terminal(*words: str, folder: Path, kind: str) -> str:
    """What a person's terminal of this kind receives, stdout and stderr together."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", *words], cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs,
        env=environment({"TERM": kind, "COLUMNS": "150"}),
    )  # fmt: skip
    os.close(theirs)
    got = b""
    with suppress(OSError):  # the last reader of a pty hears an error, not an end
        while piece := os.read(ours, 65_536):
            got += piece
    os.close(ours)
    process.wait(30)
    return got.decode("utf-8")


def told(audited: Audited) -> list[list[str]]:
    """The verbs that print strangers' words, `why` for one finding of each kind."""
    kinds: dict[str, str] = {}
    for one in audited.findings:
        verdict = one["verdict"]
        kinds.setdefault(verdict["message_id"], one["fingerprint"][:10])
        if verdict["locus"] in ("/header/x.html", "/c/8/", "/moved/45/x.html"):
            kinds[verdict["locus"]] = one["fingerprint"][:10]
    names = [
        kinds[key]
        for key in kinds
        if re.match(r"/|check\.(dead_link|stale_column|missing_site_mark\.malformed)", key)
    ]
    return [["findings"], ["runs"], ["sites", "list"], *(["why", f"F-{name}"] for name in names[:3])]


def test_plain_output_moves_no_cursor(audited: Audited) -> None:
    assert unseen(audited.said.out + audited.said.err) - {"\t"} == set()
    verbs = told(audited)
    assert len(verbs) == 6
    for words in verbs:
        said = duwang(*words, cwd=audited.folder)
        assert said.code == 0 and said.out.strip(), said
        assert unseen(said.out + said.err) - {"\t"} == set(), words


def test_a_terminal_gets_none_of_the_portals_sequences(audited: Audited) -> None:
    verbs = told(audited)
    for kind, some in (("dumb", [verbs[0], verbs[2], verbs[-1]]), ("xterm-256color", [verbs[0], verbs[2]])):
        for words in some:
            text = on_a_terminal(*words, folder=audited.folder, kind=kind).replace("\r\n", "\n")
            if kind != "dumb":
                text = re.sub(r"\x1b\[[0-9;]*m", "", text)  # our own colours
            assert text.strip() and unseen(text) == set(), (kind, words)


def test_a_refused_roster_repeats_its_cells_harmlessly(tmp_path: Path) -> None:
    code = "\x1b]0;owned\x07\u202e\x9b2J12"
    (tmp_path / "roster.csv").write_text(f"首页地址,网站标识码\nhttp://www.example.gov.cn/,{code}\n", "utf-8")
    said = duwang("sites", "import", "roster.csv", cwd=tmp_path)
    assert said.code == 3 and "第 2 行" in said.err
    assert unseen(said.out + said.err) == set()


# --- traps --------------------------------------------------------------------------------------------------


class Crawled(NamedTuple):
    found: dict[str, Any]
    megabytes: int
    asked: list[str]

    @property
    def coverage(self) -> dict[str, Any]:
        coverage: dict[str, Any] = self.found["run"]["coverage"]
        return coverage

    def unread(self) -> dict[str, str]:
        return {re.sub(r"^http://[^/]+", "", one["url"]): one["cause"] for one in self.coverage["unread"]}


# Linux counts the memory of whoever starts a process as its own peak, and a test worker may be large; so one stands between.
MEASURED = """import os, subprocess, sys
_, status, usage = os.wait4(subprocess.Popen(sys.argv[1:]).pid, 0)
print(f"\\f{usage.ru_maxrss}", end="")
sys.exit(os.waitstatus_to_exitcode(status))"""


def crawled(paths: list[str], folder: Path, *more: str) -> Crawled:
    """An audit of the traps at `paths`; anything but a good end is a failure."""
    out, err = folder / "out.json", folder / "err.txt"
    with trap_portal(paths) as (home, portal), out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-c", MEASURED, sys.executable, "-m", "cli", "audit", home, "--allow-private", "--no-browser", "--delay", "0", "--confirm-after", "1",
             "--as-of", "2026-07-01", "--out", "out", "--json", *more],
            cwd=folder, env=environment({}), stdout=stdout, stderr=stderr, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        process.wait()
        asked = list(portal.asked)
    assert process.returncode in (0, 2), err.read_text("utf-8", "replace")
    assert err.read_text("utf-8") == "", "nothing is told beside the result"
    result, _, kilobytes = out.read_text("utf-8").rpartition("\f")
    return Crawled(json.loads(result), int(kilobytes) // 1024, asked)


def test_pages_made_to_hang_a_reader(tmp_path: Path) -> None:
    made = crawled([*hostile.PAGES, "/forbidden/x/", "/" + "a" * 200 + "/"], tmp_path, "--max-pages", "90")
    assert made.megabytes < 500
    assert "/forbidden/x/" not in made.asked, "ten megabytes of robots.txt are still obeyed"
    assert made.unread()["/forbidden/x/"] == "skipped_robots"
    assert made.unread()["/bomb/"] == "too_large"
    assert made.unread()["/redirect"] == "unreachable"
    assert len([one for one in made.asked if one.startswith("/redirect")]) <= 42, (
        "as far as browsers go, twice"
    )
    assert len(made.asked) <= 90 + 22, "the budget, the robots.txt and what was under way"
    assert made.coverage["stop"] == "max_pages"
    left = sum(one["count"] for one in made.coverage["left"])
    assert left > 4000, "ten thousand links: what was not followed is told"
    assert made.asked.count("/refresh/") + made.asked.count("/refresh2/") <= 4
    assert made.asked.count("/x/") == 0, "a base elsewhere is obeyed, so its links are external"
    for path in (
        "/oneline/",
        "/deep/",
        "/deeplinks/",
        "/comments/",
        "/tags/",
        "/many/",
        "/utf7/",
        "/codec/",
        "/idna/",
    ):
        assert path in made.asked


def test_a_calendar_without_end_spends_the_budget_and_no_more(tmp_path: Path) -> None:
    made = crawled(["/cal"], tmp_path, "--max-pages", "40")
    months = [one for one in made.asked if one.startswith("/cal?m=")]
    assert 10 <= len(months) <= 40 and len(set(months)) == len(months)
    assert len(made.asked) <= 42
    assert made.coverage["stop"] == "max_pages" and made.coverage["left"]


def test_answers_that_break_the_protocol(tmp_path: Path) -> None:
    made = crawled(list(hostile.ANSWERS), tmp_path, "--timeout", "0.5", "--max-pages", "200")
    assert made.megabytes < 500
    assert set(hostile.ANSWERS) <= set(made.asked)
    unread = made.unread()
    assert "/negative/" not in unread, "browsers show it as well"
    for path in ("/twolengths/", "/continue/"):
        assert unread[path] == "unreachable", path
    for path in ("/chunks/", "/hugechunk/", "/headers/", "/headerline/", "/chunkline/"):
        assert unread[path] == "incomplete", path
    assert unread["/body/"] == "too_large"
    assert "root:" not in json.dumps(made.found)


def test_a_head_without_end_is_given_up_before_it_fills_the_memory(tmp_path: Path) -> None:
    made = crawled(["/headers/"], tmp_path, "--timeout", "3")
    assert made.unread() == {"/headers/": "incomplete"}
    assert made.megabytes < 700, "gathered for three seconds it is more than a gigabyte"
