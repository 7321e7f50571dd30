"""抽查之门 Verbs of sampling: what a draw takes, a draw made, draws listed with what came of them, a record drawn again."""

import re
import secrets
from contextlib import closing
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gate import typed
from gate.options import DEFAULT_DB, DEFAULT_LANG, AsJson, At, ByWhom, Db, Lang
from gate.terminal import print_json, table
from gate.words import MESSAGES, help_of, say
from model import SHANGHAI, FailsBy, Fault, RepeatReading, StrataBy
from model.draw import LONGEST_SEED, USUAL_REPEATS, USUAL_SHARE, is_quarter, quarter_of
from report.text import label, plain

if TYPE_CHECKING:
    from audit.desk.drawing import Kept, Place
    from model import DrawRecord, DrawResult
    from storage import Store

app = typer.Typer(help=help_of("draw"), no_args_is_help=True)

OfAssessment = Annotated[
    str | None,
    typer.Option(
        "--assessment", envvar="DUWANG_ASSESSMENT", help=help_of("opt.draw_assessment"), metavar="ID"
    ),
]
InQuarter = Annotated[str | None, typer.Option("--quarter", help=help_of("opt.quarter"), metavar="2021Q2")]
ShareOf = Annotated[str, typer.Option("--share", help=help_of("opt.draw_share"))]
RepeatsOf = Annotated[str, typer.Option("--repeats", help=help_of("opt.draw_repeats"))]
ByReading = Annotated[RepeatReading, typer.Option("--reading", help=help_of("opt.draw_reading"))]
By = Annotated[StrataBy | None, typer.Option("--strata", help=help_of("opt.draw_strata"))]
_MOST_NAMED = 20  # sites never drawn that are named
_LONGEST_SOURCE = 300


@app.command("plan", help=help_of("draw.plan"))
def plan(
    sites: Annotated[int | None, typer.Argument(min=1, max=1_000_000, help=help_of("arg.draw_sites"))] = None,
    share: ShareOf = str(USUAL_SHARE),
    repeats: RepeatsOf = str(USUAL_REPEATS),
    quarter: InQuarter = None,
    at: At = None,
    assessment: OfAssessment = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.drawing import draws_at, frame_at, outlooks
    from audit.desk.sampling import repeat_limit, rooms, sample_size

    parts = _part(share, zero=False), _part(repeats, zero=True)
    now: list[tuple[RepeatReading, int, bool]] = []
    if sites is None:
        moment = typed.happened(at)
        with closing(typed.store(db, create=False)) as store:
            place = draws_at(store, assessment)
            lines = frame_at(store, place, moment)
        named = _quarter(quarter, moment)
        sites = len(lines)
        now = outlooks(named, lines, place.kept, *parts)
    size = sample_size(parts[0], sites)
    limit = repeat_limit(parts[1], size)
    found = rooms(size, limit)
    if as_json:
        told = [{"reading": one.reading, "always": one.always, "least": one.least} for one in found]
        fresh = [{"reading": name, "fresh": count, "possible": possible} for name, count, possible in now]
        print_json({"sites": sites, "size": size, "limit": limit, "needed": told, "now": fresh})
        return
    words = {"share": share, "repeats": repeats, "sites": sites, "size": size, "limit": limit}
    print(say("draw.plan", **words))
    for one in found:
        way = "always" if sites >= one.always else "never" if sites < one.least else "perhaps"
        reading = label(MESSAGES, "reading", one.reading)
        print(say(f"draw.plan.{way}", reading=reading, always=one.always, least=one.least, sites=sites))
    for name, count, possible in now:
        way = "draw.plan.now" if possible else "draw.plan.not_now"
        print(
            say(
                way,
                quarter=named,
                reading=label(MESSAGES, "reading", name),
                fresh=count,
                size=size,
                limit=limit,
            )
        )


@app.command("make", help=help_of("draw.make"))
def make(
    by: ByWhom,
    quarter: InQuarter = None,
    seed: Annotated[str | None, typer.Option("--seed", help=help_of("opt.draw_seed"))] = None,
    share: ShareOf = str(USUAL_SHARE),
    repeats: RepeatsOf = str(USUAL_REPEATS),
    reading: ByReading = RepeatReading.BOTH,
    strata: By = None,
    source: Annotated[str | None, typer.Option("--source", help=help_of("opt.draw_source"))] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help=help_of("opt.draw_out"), metavar="FILE.json")
    ] = None,
    at: At = None,
    assessment: OfAssessment = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.drawing import Asked, draw

    moment = typed.happened(at)
    if out:
        _json_file(out)
        typed.writable(out.parent)
    if source is not None and len(source) > _LONGEST_SOURCE:
        raise Fault("fault.draw_source_long", most=_LONGEST_SOURCE)
    asked = Asked(
        quarter=_quarter(quarter, moment), at=moment, by=by, seed=secrets.token_hex(16) if seed is None else _seed(seed),
        seed_given=seed is not None, share=_part(share, zero=False), repeats=_part(repeats, zero=True), reading=reading,
        strata_by=strata, source=source,
    )  # fmt: skip
    with closing(typed.store(db, create=False)) as store:
        record = draw(store, asked, assessment, typed.now())
    _tell(record, out, as_json)


@app.command("list", help=help_of("draw.list"))
def list_draws(
    quarter: InQuarter = None,
    draw: Annotated[
        str | None, typer.Option("--draw", help=help_of("opt.draw_id"), metavar="2021Q2-1")
    ] = None,
    results: Annotated[bool, typer.Option("--results", help=help_of("opt.draw_results"))] = False,
    fails_by: Annotated[FailsBy, typer.Option("--fails-by", help=help_of("opt.fails_by"))] = FailsBy.GRADE,
    since: Annotated[str | None, typer.Option("--since", help=help_of("opt.draw_since"))] = None,
    until: Annotated[str | None, typer.Option("--until", help=help_of("opt.draw_until"))] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help=help_of("opt.draw_list_out"), metavar="FILE.json|FILE.csv|FILE.xlsx"),
    ] = None,
    at: At = None,
    assessment: OfAssessment = None,
    db: Db = DEFAULT_DB,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.drawing import draws_at, record_of
    from audit.desk.draws import draw_named, overview
    from report.draw import LIST_HEADS, list_rows, never_lines, quarter_lines

    moment = typed.happened(at)
    named = _quarter(quarter, moment) if quarter else None
    _list_form(out, results, draw)
    with closing(typed.store(db, create=False)) as store:
        place = draws_at(store, assessment)
        if results:
            span = (typed.since(since) if since else None, typed.moment(until))
            kept = [draw_named(place, draw)] if draw else place.kept
            wanted = [one for one in kept if named in (None, one[1].quarter)]
            told = [_result(store, place, one, span, moment, fails_by) for one in wanted]
        elif draw:
            record = record_of(store, draw_named(place, draw)[0])
        else:
            found = overview(store, place, moment, named)
    if results:
        _tell_results(told, out, as_json, _none(place, named))
    elif draw:
        _tell(record, out, as_json)
    elif as_json:
        print_json(found.model_dump(mode="json"))
    else:
        heads = [say(f"draw.col.{name}") for name in LIST_HEADS]
        table(heads, list_rows(found, MESSAGES), _none(place, named), headed=bool(found.draws))
        for line in [*quarter_lines(found, MESSAGES), *never_lines(found, MESSAGES, _MOST_NAMED)]:
            print(line)


@app.command("check", help=help_of("draw.check"))
def check(
    record: Annotated[Path, typer.Argument(help=help_of("arg.draw_record"), metavar="RECORD.json")],
    frame: Annotated[
        Path | None, typer.Option("--frame", help=help_of("opt.draw_frame"), metavar="FILE")
    ] = None,
    lang: Lang = DEFAULT_LANG,
    as_json: AsJson = False,
) -> None:
    from audit.desk.draw_proof import proof, read_record
    from audit.desk.frame import read_frame

    told = read_record(record)
    differs = proof(told, read_frame(frame) if frame else None)
    if as_json:
        print_json({"equal": differs is None, "difference": differs and differs._asdict()})
    elif differs is None:
        print(say("draw.equal", id=told.draw.id, size=told.draw.size, sites=told.draw.frame.sites))
    else:
        words = {"told": plain(differs.told), "found": plain(differs.found), "place": differs.place}
        print(say(f"draw.differs.{differs.what}", id=plain(told.draw.id), **words))
    raise typer.Exit(0 if differs is None else 2)


def _result(
    store: "Store",
    place: "Place",
    kept: "Kept",
    span: tuple[datetime | None, datetime | None],
    at: datetime,
    fails_by: FailsBy,
) -> "DrawResult":
    from audit.desk.drawn import period_of, result_of

    _, checks = typed.pack(None)
    usual = period_of(place, kept, at)
    return result_of(store, place, kept, (span[0] or usual[0], span[1] or usual[1]), fails_by, checks)


def _tell(record: "DrawRecord", out: Path | None, as_json: bool) -> None:
    from report.draw import record_lines, write_record

    files = write_record(record, out, MESSAGES) if out else []
    if as_json:
        print_json(record.model_dump(mode="json"))
        return
    for line in record_lines(record, MESSAGES):
        print(line)
    if files:
        print(say("draw.written", files=say("draw.join").join(str(one) for one in files)))


def _none(place: "Place", quarter: str | None) -> str:
    return say("draw.none_in", quarter=quarter) if quarter and place.kept else say("draw.none")


def _tell_results(told: "list[DrawResult]", out: Path | None, as_json: bool, none: str) -> None:
    from report.draw import result_lines, write_results

    count = write_results(told, out, MESSAGES) if out and told else None
    if as_json:
        print_json([one.model_dump(mode="json") for one in told])
        return
    for one in told:
        for line in result_lines(one, MESSAGES):
            print(line)
    if not told:
        print(none)
    if count is not None:
        print(say("draw.results_written", count=count, path=str(out)))


def _list_form(out: Path | None, results: bool, draw: str | None) -> None:
    """A record is JSON, results are a sheet; of the plain list there is no file."""
    if out is None:
        return
    if results and out.suffix.lower() not in (".csv", ".xlsx"):
        raise Fault("fault.draw_results_form", path=str(out))
    if not results and draw is None:
        raise Fault("fault.draw_list_out")
    if not results:
        _json_file(out)


def _json_file(out: Path) -> None:
    if out.suffix.lower() != ".json":
        raise Fault("fault.draw_record_form", path=str(out))


def _quarter(text: str | None, moment: datetime) -> str:
    """The quarter that was named, else the one of that moment."""
    if text is None:
        return quarter_of(moment.astimezone(SHANGHAI).date())
    if not is_quarter(text.upper()):
        raise Fault("fault.quarter_invalid", text=text)
    return text.upper()


def _part(text: str, *, zero: bool) -> Decimal:
    """A share of one, as 0.15 or 15%."""
    percent = re.fullmatch(r"(\d{1,3}(?:\.\d{1,6})?)%", text.strip())
    try:
        found = Decimal(percent[1]) / 100 if percent else Decimal(text.strip())
    except InvalidOperation:
        raise Fault("fault.draw_share", text=text) from None
    if not found.is_finite() or not 0 <= found <= 1 or (found == 0 and not zero) or found != round(found, 8):
        raise Fault("fault.draw_share", text=text)
    return found.normalize()


def _seed(text: str) -> str:
    if not 1 <= len(text) <= LONGEST_SEED or plain(text) != text:
        raise Fault("fault.draw_seed", most=LONGEST_SEED)
    return text
