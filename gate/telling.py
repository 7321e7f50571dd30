"""告知 The end of an audit or a replay: the reports written, the result shown."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from gate.terminal import findings_table, print_json, score_text, titled, when
from gate.words import MESSAGES, say
from model import SHANGHAI, Outcome
from report.text import plain

if TYPE_CHECKING:
    from audit.account import Account
    from model import RulePack, Run


def tell(
    account: "Account",
    pack: "RulePack",
    folder: Path | None,
    as_json: bool,
    only: str | None = None,
    again: str = "",
) -> None:
    """Write the reports of a run and show it."""
    said = told(account, pack, folder, as_json, only, again)
    if as_json:
        print_json(said)


def told(
    account: "Account",
    pack: "RulePack",
    folder: Path | None,
    as_json: bool,
    only: str | None = None,
    again: str = "",
) -> dict[str, Any]:
    """Write the reports of a run and show it to a person; what a program is to be told is handed back."""
    from report.budget import budget_lines
    from report.lines import write_jsonl
    from report.links import totals_line
    from report.page import write_page
    from report.sheet import write_csv

    written: dict[str, Path] = {}
    view = account.view
    if folder:
        written = {form: folder / f"findings.{form}" for form in ("csv", "jsonl")} | {
            "html": folder / "report.html"
        }
        write_csv(view, written["csv"], MESSAGES)
        write_jsonl(view.findings, written["jsonl"])
        write_page(view, written["html"], MESSAGES)
    if as_json:
        return {
            "run": view.run.model_dump(mode="json"),
            "findings": [one.model_dump(mode="json") for one in view.findings],
            "manual": [one.model_dump(mode="json") for one in pack.manual],
            "files": {form: str(path) for form, path in written.items()},
        }
    run, coverage = view.run, view.coverage
    _warn_if_out_of_force(pack, run)
    if not account.home_seen:
        print(say("audit.home_unseen"))
    if view.findings or account.home_seen:
        findings_table(view.findings)
    print()
    print(
        say(
            "audit.site",
            name=plain(run.site.name or run.site.home),
            as_of=when(run.as_of),
            pack=plain(titled(pack)),
        )
    )
    open_ones = sum(run.counts.get(one, 0) for one in Outcome if not one.decided)
    if run.score and not run.score.priced:
        print(say("audit.unpriced", undecided=open_ones))
    elif only:
        print(say("audit.one_rule", rule=only))
    elif run.score:
        print(
            say("audit.score", score=score_text(run.score), unscored=run.score.unscored, undecided=open_ones)
        )
    else:
        print(say("audit.no_score"))
    for veto in run.score.vetoes if run.score else ():
        key = "audit.veto_suspected" if veto.suspected else "audit.veto_possible"
        print(say(key, title=plain(titled(veto)), low=veto.low, high=veto.high, at_least=veto.at_least))
    counts = {outcome: run.counts.get(outcome, 0) for outcome in Outcome}
    print(say("audit.counts", **{str(outcome): count for outcome, count in counts.items()}))
    print(
        say("audit.coverage", fetched=coverage.fetched, wanted=coverage.wanted, unread=len(coverage.unread))
    )
    for line in budget_lines(pack.rules, view.verdicts, coverage, MESSAGES):
        print(line)
    if coverage.carried or coverage.unmodified:
        key = "audit.carried" if coverage.carried else "audit.unmodified"
        since = when(coverage.carried_since) if coverage.carried_since else "–"
        numbers = {
            "carried": coverage.carried,
            "unmodified": coverage.unmodified,
            "fetched": coverage.fetched,
        }
        print(say(key, since=since, **numbers))
        if coverage.by_head:
            print(say("audit.by_head", by_head=coverage.by_head))
    if view.links:
        print(totals_line(view.links, MESSAGES))
    if pack.manual:
        print(say("audit.manual", count=len(pack.manual), pack=plain(pack.id)))
    if coverage.browser.wanted and coverage.browser.path is None:
        print(
            say(
                "audit.no_browser",
                count=sum(1 for one in coverage.unread if one.cause in ("not_rendered", "no_browser")),
            )
        )
    for form, path in written.items():
        print(say("audit.file", form=form.upper(), path=str(path)))
    if not run.filed and not again:
        print(say("audit.not_filed", as_of=when(run.as_of)))
    if again:
        print(say("audit.run_again", run=run.id, again=plain(again)))
    else:
        print(say("audit.run", run=run.id))
    return {}


def _warn_if_out_of_force(pack: "RulePack", run: "Run") -> None:
    """A pack that was not in force at the moment of judging may be compared with, not accused by."""
    day = run.as_of.astimezone(SHANGHAI).date()
    if day < pack.effective_from or (pack.effective_to is not None and day > pack.effective_to):
        end = pack.effective_to.isoformat() if pack.effective_to else "…"
        print(
            say(
                "audit.expired", pack=plain(pack.id), start=pack.effective_from.isoformat(), end=end,
                as_of=day.isoformat(),
            )
        )  # fmt: skip


def verdict_code(account: "Account") -> int:
    if account.violated:
        return 2
    return 0 if account.home_seen else 1
