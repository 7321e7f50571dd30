"""规则之门 Verbs on rule packs and checks."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from gate import typed
from gate.door import verbs
from gate.options import (
    DEFAULT_LANG,
    AsJson,
    Lang,
    Pack,
)
from gate.terminal import complain, print_json, table, titled
from gate.words import MESSAGES, help_of, say
from model import Fault
from report.text import label, number

if TYPE_CHECKING:
    from model import CheckModule, Feature, ManualEntry

app = typer.Typer(help=help_of("rules"), no_args_is_help=True)
checks = typer.Typer(help=help_of("checks"), no_args_is_help=True)


@app.command("list", help=help_of("rules.list"))
def rules_list(pack: Pack = None, lang: Lang = DEFAULT_LANG, as_json: AsJson = False) -> None:
    from rules import packs

    if pack is None:
        rows = [[one.id, titled(one), one.document, one.version] for one in packs()]
        if as_json:
            print_json(rows)
        else:
            table([say("col.pack"), say("col.title"), say("col.document"), say("col.version")], rows)
        return
    rule_pack, _ = typed.pack(pack)
    if as_json:
        print_json(rule_pack.model_dump(mode="json"))
        return
    table(
        [say("col.rule"), say("col.title"), say("col.severity"), say("col.points"), say("col.check")],
        [
            [
                one.id, (one.title_en if MESSAGES.language == "en" else None) or one.title,
                label(MESSAGES, "severity", one.severity),
                number(one.points) if one.points is not None and one.verified else "–", one.check,
            ]
            for one in rule_pack.rules
        ]
        + [[one.id, titled(one), label(MESSAGES, "severity", one.severity), "–", say("rules.manual")] for one in rule_pack.manual]
        + [[one.id, titled(one), "–", "–", f"{say('rules.feature')} {one.command}"] for one in rule_pack.features],
    )  # fmt: skip


@app.command("check", help=help_of("rules.check"))
def rules_check(
    pack: Annotated[str | None, typer.Argument(help=help_of("arg.pack"))] = None, lang: Lang = DEFAULT_LANG
) -> None:
    from rules import packs

    for name in [pack] if pack else [one.id for one in packs()]:
        checked, _ = typed.pack(name)
        print(say("rules.good", pack=checked.id, rules=len(checked.rules), digest=checked.digest[:12]))


@app.command("show", help=help_of("rules.show"))
def rules_show(
    rule: Annotated[str, typer.Argument(help=help_of("arg.rule"))],
    pack: Pack = None,
    lang: Lang = DEFAULT_LANG,
) -> None:
    from report.why import explain_entry, explain_rule
    from rules import DEFAULT_PACK, named_cases, packs, requirements

    duties = {one.id: one for one in requirements()}
    # An id names its pack well enough: without --pack every pack of ours is searched, the usual one first.
    for name in [pack] if pack else dict.fromkeys([DEFAULT_PACK, *(one.id for one in packs())]):
        rule_pack, _ = typed.pack(name)
        for told in rule_pack.rules:
            if told.id == rule:
                print("\n".join(explain_rule(told, rule_pack, MESSAGES, duties, named_cases())))
                return
        others: tuple[ManualEntry | Feature, ...] = (*rule_pack.manual, *rule_pack.features)
        for entry in others:
            if entry.id == rule:
                print("\n".join(explain_entry(entry, rule_pack, MESSAGES, duties)))
                return
    raise (
        Fault("fault.rule_unknown", rule=rule, pack=pack) if pack else Fault("fault.entry_unknown", rule=rule)
    )


@app.command("coverage", help=help_of("rules.coverage"))
def rules_coverage(lang: Lang = DEFAULT_LANG, as_json: AsJson = False) -> None:
    from report.coverage import coverage_heads, coverage_rows, fault_lines, total_heads, total_rows
    from rules import cover, named_cases, named_tests, packs, proofs, requirements

    loaded = [typed.pack(one.id) for one in packs()]
    params = {name: check.Params for _, checks in loaded for name, check in checks.items()}
    found = cover(
        [pack for pack, _ in loaded], requirements(), params, named_cases(), verbs(), proofs(), named_tests()
    )
    if as_json:
        print_json(found.model_dump(mode="json") | {"totals": found.totals()})
    else:
        table(coverage_heads(MESSAGES), coverage_rows(found, MESSAGES))
        print()
        table(total_heads(MESSAGES), total_rows(found, MESSAGES))
    for line in fault_lines(found, MESSAGES):
        complain(line)
    if found.faults:
        complain(say("coverage.bad", count=len(found.faults)))
        raise typer.Exit(3)
    if not as_json:
        print(say("coverage.good", count=len(found.rows)))


@checks.command("list", help=help_of("checks.list"))
def checks_list(lang: Lang = DEFAULT_LANG) -> None:
    from checks import load_checks

    table(
        [say("col.check"), say("col.subject"), say("col.title")],
        [[name, str(check.SUBJECT), first_line(check)] for name, check in sorted(load_checks().items())],
    )


@checks.command("show", help=help_of("checks.show"))
def checks_show(
    check: Annotated[str, typer.Argument(help=help_of("arg.check"))], lang: Lang = DEFAULT_LANG
) -> None:
    from checks import load_checks

    found = load_checks().get(check)
    if found is None:
        raise Fault("fault.check_unknown", check=check)
    print((found.__doc__ or "").strip())
    print(json.dumps(found.Params.model_json_schema(), ensure_ascii=False, indent=2))


def first_line(check: "CheckModule") -> str:
    return (check.__doc__ or "").strip().splitlines()[0]
