"""Three units under review: audits with doubts, a suspected veto, and a pack with parts that others rate.

| unit     | site        | the audit of 15 November saw                                    |
|----------|-------------|-----------------------------------------------------------------|
| 县财政局 | czj.example | doubts at /a/ and /b/, a fault at /c/, two blank columns: a veto |
| 县教育局 | jyj.example | a doubt at /a/                                                  |
| 革一镇   | (none)      | its account, which only people judge                            |
"""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from audit.desk.desk import open_desk
from audit.desk.entering import Taken, enter_sheet
from audit.desk.form_rows import form_rows, item_rows
from audit.desk.forms import LAYOUTS, FormKind
from audit.desk.seen import Seen
from model import (
    SHANGHAI,
    AssessedObject,
    AssessedUnit,
    Assessment,
    Citation,
    Draft,
    EntryKind,
    Evidence,
    Finding,
    Outcome,
    RulePack,
    Run,
    RunState,
    Score,
    Site,
    Verdict,
    VetoSuspect,
    Window,
    WindowKind,
    body_of,
)
from report.form_sheet import write_form
from report.messages import Messages
from storage import Store
from tests.audit.ground import CITED, pack
from tests.storage import nouns

AUDITED = datetime(2021, 11, 15, 3, 0, tzinfo=SHANGHAI)
AT = datetime(2021, 12, 20, 9, 0, tzinfo=SHANGHAI)
CLOCK = datetime(2026, 11, 21, 9, 0, tzinfo=SHANGHAI)
CHINESE = Messages("zh_CN")
SITES = {
    "县财政局": Site(home="http://czj.example/", site_code="5203990001", name="县财政局网站"),
    "县教育局": Site(home="http://www.jyj.example/", site_code="5203990002", name="县教育局网站"),
}
PACK: RulePack = pack(
    digest="9" * 64,
    scoring={
        "base": "100", "daily_ledger": True, "bands": [{"name": "合格", "at_least": "0"}],
        "blend": {"audit": "0.7", "others": [
            {"id": "TEAM", "title": "专项组", "weight": "0.2"}, {"id": "CENTRE", "title": "政务服务中心", "weight": "0.1"},
        ]},
    },
    rules=[
        {"id": "T-COL-01", "section": "a", "title": "栏目不更新", "basis": CITED, "check": "stale", "severity": "deduct",
         "points": "2", "cap": "8"},
        {"id": "T-LINK-01", "section": "b", "title": "死链", "basis": CITED, "check": "dead", "severity": "deduct",
         "points": "1", "cap": "5"},
    ],
)  # fmt: skip
YEAR = Assessment(
    id="tj2021", title="台江县2021年评估", organiser="县政府办", starts=date(2021, 1, 1), ends=date(2021, 12, 31),
    windows=(
        Window(kind=WindowKind.SELF_CHECK, starts=date(2021, 11, 1), ends=date(2021, 11, 30)),
        Window(kind=WindowKind.ANNOUNCE, starts=date(2022, 1, 4), ends=date(2022, 1, 10)),
    ),
    units=(
        *(
            AssessedUnit(name=name, pack=PACK.id, objects=(AssessedObject(name="网站", site_key=site.key),))
            for name, site in SITES.items()
        ),
        AssessedUnit(name="革一镇", pack=PACK.id, objects=(AssessedObject(name="微信公众号"),)),
    ),
)  # fmt: skip


def verdict(
    unit: str, locus: str, outcome: Outcome = Outcome.UNSURE, quote: str = "本栏目暂无内容"
) -> Verdict:
    home = SITES[unit].home.rstrip("/")
    return nouns.verdict(
        locus, outcome, rule_id="T-COL-01", section="a", url=f"{home}{locus}", subject_name=locus.strip("/"),
        message_id="check.zombie_column.blank", params={"column": locus.strip("/")},
        evidence=(Evidence(snapshot_id="S/1", url=f"{home}{locus}", quote=quote),),
    )  # fmt: skip


def audited(
    store: Store,
    unit: str,
    *verdicts: Verdict,
    run_id: str | None = None,
    at: datetime = AUDITED,
    vetoes: int = 0,
) -> list[Finding]:
    """A finished run of the unit's site with these verdicts; `vetoes`: how many count for the veto of two."""
    suspects = [VetoSuspect(id="T-VETO-01", title="空白栏目2个以上", low=vetoes, high=vetoes + 1, at_least=2)]
    score = Score(
        base=Decimal(100), low=Decimal(90), high=Decimal(98), vetoes=tuple(suspects) if vetoes else ()
    )
    record = Run(
        id=run_id or f"R-{unit}", site=SITES[unit], pack_id=PACK.id, pack_version="1", pack_digest=PACK.digest,
        as_of=at, started_at=at, ended_at=at, version="0.1.0", score=score, state=RunState.RUNNING,
    )  # fmt: skip
    found = [
        nouns.finding(one, record.id, SITES[unit]).model_copy(
            update={"title": "栏目不更新", "basis": (Citation(document="台府办函〔2021〕12号", clause="附件1", grade="S"),)}
        )
        for one in verdicts
    ]  # fmt: skip
    store.begin_run(record)
    store.finish_run(record.model_copy(update={"state": RunState.FINISHED}), list(verdicts), found, [])
    return found


def opened(store: Store, assessment: Assessment = YEAR) -> None:
    store.keep_pack(PACK)
    opening = Draft(kind=EntryKind.OPENED, at=AUDITED, by="王芳", body=body_of(assessment))
    store.enter(assessment.dossier, [opening], CLOCK)


def built(store: Store) -> dict[str, Finding]:
    """Everything of the table above; its findings by unit and place."""
    opened(store)
    fail = Outcome.FAIL
    found = audited(
        store, "县财政局", verdict("县财政局", "/a/"), verdict("县财政局", "/b/"), verdict("县财政局", "/c/", fail), vetoes=2
    )  # fmt: skip
    found += audited(store, "县教育局", verdict("县教育局", "/a/"))
    names = ["czj/a", "czj/b", "czj/c", "jyj/a"]
    return dict(zip(names, found, strict=True))


def seen(store: Store, at: datetime = AT) -> Seen:
    return Seen(store, open_desk(store, YEAR.id), at)


def written(store: Store, kind: FormKind, path: Path, messages: Messages = CHINESE, **more: Any) -> Path:
    layout, known = LAYOUTS[kind], seen(store)
    items = item_rows(known, messages) if kind is FormKind.ADJUSTMENTS else ()
    rows = form_rows(kind, known, messages, **more)
    write_form("表", layout.columns, rows, path, messages, choices=layout.choices, items=items)
    return path


def filled(path: Path, *rows: dict[str, Any], start: int = 2) -> Path:
    """Cells written by their heads into the rows of a form, from its first on, as a person would in a spreadsheet program."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[1]]
    for number, row in enumerate(rows, start=start):
        for head, value in row.items():
            sheet.cell(number, heads.index(head) + 1).value = value
    book.save(path)
    return path


def taken(store: Store, kind: FormKind, path: Path, **more: Any) -> Taken:
    given: dict[str, Any] = {"by": "王芳", "at": AT, "now": CLOCK}
    return enter_sheet(
        store, seen(store, given["at"] if "at" not in more else more["at"]), kind, path, **given | more
    )


def complaints(done: Taken) -> list[tuple[int, str | None, str]]:
    return [(one.row, one.head, one.fault.message_id.removeprefix("fault.")) for one in done.wrong]
