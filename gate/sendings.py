"""送达之门 Verbs on where notices went: listed, sent, acknowledged; for how long a unit was told nothing."""

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gate import typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, AsJson, AsOf, AssessmentId, At, ByWhom, Db, Lang
from gate.rows import refuse, tell_read
from gate.terminal import complain, print_json, table
from gate.words import MESSAGES, help_of, say
from model import Fault
from report.text import plain

if TYPE_CHECKING:
    from audit.desk.desk import Desk
    from model import Paper
    from storage import Store

Unit = Annotated[str | None, typer.Option("--unit", help=help_of("opt.notice_unit"))]
Number = Annotated[
    int | None, typer.Option("--notice", min=1, help=help_of("opt.notice_number"), metavar="N")
]
Attached = Annotated[Path | None, typer.Option("--file", help=help_of("opt.notice_file"), metavar="FILE")]
_LARGEST_FILE = 32 * 1024 * 1024


def list_notices(
    unit: Unit = None,
    unacknowledged: Annotated[
        bool, typer.Option("--unacknowledged", help=help_of("opt.notice_unacknowledged"))
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help=help_of("opt.notice_list_out"), metavar="FILE.csv|FILE.xlsx"),
    ] = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.desk import open_desk, unit_named
    from audit.desk.sendings import lines_of, sendings
    from report.notice.listing import listing_heads, listing_json, listing_rows
    from report.sheet import cell_text
    from report.table import form_of, write_table

    if out:
        form_of(out)
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
    name = unit_named(desk, unit) if unit else None
    lines = [
        one
        for one in lines_of(sendings(desk))
        if name in (None, one.unit) and not (unacknowledged and one.receipt)
    ]
    if as_json:
        print_json(listing_json(lines))
        return
    heads, rows = listing_heads(MESSAGES), listing_rows(lines, MESSAGES)
    if out:
        count = write_table(out, say("notice.list_sheet"), heads, rows)
        print(say("notice.list_written", count=count, path=str(out)))
        return
    table(heads, [[cell_text(cell) for cell in row] for row in rows], empty=say("notice.none_yet"))


def gaps(
    every: Annotated[int, typer.Option("--every", min=1, max=366, help=help_of("opt.notice_every"))] = 31,
    as_of: AsOf = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.desk import open_desk
    from audit.desk.sendings import gaps as find

    moment = typed.moment(as_of) or typed.now()
    with closing(typed.store(db, create=False)) as store:
        found = find(open_desk(store, assessment).until(moment), every, moment)
    if as_json:
        print_json(
            [
                {"unit": one.unit, "first": str(one.first), "last": str(one.last), "days": one.days}
                for one in found
            ]
        )
        return
    heads = [say(f"notice.gap.{name}") for name in ("unit", "first", "last", "days")]
    rows = [[one.unit, str(one.first), str(one.last), str(one.days)] for one in found]
    table(heads, rows, empty=say("notice.gap.none", every=every))


def sent(
    by: ByWhom,
    unit: Annotated[list[str] | None, typer.Option("--unit", help=help_of("opt.notice_units"))] = None,
    everyone: Annotated[bool, typer.Option("--all", help=help_of("opt.notice_sent_all"))] = False,
    number: Number = None,
    channel: Annotated[str, typer.Option("--channel", help=help_of("opt.notice_channel"))] = "",
    document: Annotated[str, typer.Option("--number", help=help_of("opt.notice_document"))] = "",
    file: Attached = None,
    at: At = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.desk.desk import enter, open_desk
    from audit.desk.sendings import sending_of, sent_draft, waiting

    if everyone == bool(unit):
        raise Fault("fault.notice_whom")
    moment, now = typed.happened(at), typed.now()
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        unsent, anew = waiting(desk, number) if everyone else ([], [])
        wanted = unsent if everyone else [sending_of(desk, one, number) for one in unit or ()]
        if not wanted:
            raise Fault("fault.notice_nothing_to_send")
        paper = _paper(store, desk, file, now)
        drafts = [
            sent_draft(one, moment, by, channel=channel, document=document, paper=paper) for one in wanted
        ]
        enter(store, desk, drafts, now)
    for one in wanted:
        print(
            say(
                "notice.sent_done",
                number=one.number,
                unit=plain(one.unit),
                kind=say(f"notice.kind.{one.notice.kind}"),
            )
        )
    if anew:
        numbers = say("notice.join").join(str(one) for one in dict.fromkeys(one.number for one in anew))
        complain(say("notice.sent_anew", numbers=numbers))


def receipt(
    by: ByWhom,
    sheet: Annotated[
        Path | None, typer.Argument(help=help_of("arg.notice_sheet"), metavar="[FILE.csv|FILE.xlsx]")
    ] = None,
    unit: Unit = None,
    number: Number = None,
    signer: Annotated[str | None, typer.Option("--signer", help=help_of("opt.notice_signer"))] = None,
    file: Attached = None,
    at: At = None,
    assessment: AssessmentId = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from audit.desk.desk import enter, open_desk
    from audit.desk.receipts import receive_sheet
    from audit.desk.sendings import receipt_draft, sending_of

    if (
        (sheet is None) == (unit is None)
        or (unit and not signer)
        or (sheet and (signer or file or at or number))
    ):
        raise Fault("fault.notice_receipt_which")
    now = typed.now()
    with closing(typed.store(db, create=False)) as store:
        desk = open_desk(store, assessment)
        if sheet:
            read = receive_sheet(store, desk, sheet, by, now)
            tell_read(read.title, read.unknown)
            if read.wrong:
                refuse(sheet, read.wrong)
            print(say("notice.receipts_done", count=read.entered, blank=read.blank, known=read.known))
            return
        one = sending_of(desk, unit or "", number)
        draft = receipt_draft(one, typed.happened(at), by, signer or "", _paper(store, desk, file, now))
        enter(store, desk, [draft], now)
    print(say("notice.receipt_done", number=one.number, unit=plain(one.unit), signer=plain(signer or "")))


def _paper(store: "Store", desk: "Desk", file: Path | None, now: datetime) -> "Paper | None":
    if file is None:
        return None
    if desk.closed:  # before anything is kept
        raise Fault("fault.assessment_closed", id=desk.assessment.id)
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise Fault("fault.notice_file_large", path=str(file), megabytes=_LARGEST_FILE // 2**20)
        return store.keep_paper(file.name, file.read_bytes(), now)
    except OSError as error:
        raise Fault(
            "fault.notice_file_unreadable", path=str(file), reason=error.strerror or str(error)
        ) from None
