"""大门 The gate: verbs, flags and exit codes. No logic lives here.

Every verb is a function of one of the modules of gate/; here they are hung in the order people see them.
Exit codes: 0 clean · 1 we could not do our work · 2 violations found · 3 bad input or configuration.
"""

import os
import sys
import traceback
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import typer

from gate import (
    appeals,
    assess,
    audits,
    digests,
    draws,
    duty,
    events,
    evidence,
    exports,
    filling,
    findings,
    ledger,
    nights,
    notices,
    packs,
    repeaters,
    results,
    sites,
    upkeep,
    watching,
    workers,
)
from gate.door import app
from gate.options import FOLDER
from gate.terminal import complain
from gate.words import help_of, say
from model import SHANGHAI, Fault
from report.text import plain

INTERRUPTED = 130  # what typer answers for a Ctrl-C that no room caught
VERBS = (
    audits.demo, audits.audit, audits.judge, audits.compare,
    exports.export, findings.runs, findings.findings,
    watching.probe, watching.visits,
    findings.why, findings.case, findings.columns,
    filling.form, filling.papers,
    ledger.waive, ledger.dispute, ledger.resolve, ledger.trend, repeaters.repeaters,
    evidence.evidence, evidence.verify,
    digests.digest, digests.deliver,
    nights.nightly, nights.status, workers.worker,
    upkeep.gc, upkeep.backup, upkeep.restore, upkeep.doctor,
)  # fmt: skip
FAMILIES = {
    "enter": filling.app,
    "rules": packs.app,
    "checks": packs.checks,
    "sites": sites.app,
    "draw": draws.app,
    "results": results.app,
    "appeal": appeals.app,
    "assess": assess.app,
    "duty": duty.app,
    "event": events.app,
    "notice": notices.app,
}
for verb in VERBS:
    app.command(help=help_of(verb.__name__))(verb)
for name, family in FAMILIES.items():
    app.add_typer(family, name=name)


def main() -> NoReturn:
    """入口 Run one verb and end with its exit code; whatever goes wrong is told in one sentence."""
    try:
        code = app(standalone_mode=False)
        if code == INTERRUPTED:
            raise KeyboardInterrupt
    except Fault as fault:
        complain(say(fault.message_id, **fault.params))
        code = fault.exit_code
    except typer.TyperException as error:
        complain(_usage(error))
        code = 3
    except (KeyboardInterrupt, typer.Abort):
        complain(say("fault.stopped"))
        code = 1
    except BrokenPipeError:
        # The reader (head, less) went away; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 1
    except Exception as error:
        complain(say("fault.crashed", error=type(error).__name__, path=_crash_report()))
        code = 1
    sys.exit(code or 0)


def _usage(error: typer.TyperException) -> str:
    """A command line that cannot be read: which word is wrong, in the reader's language."""
    option = getattr(error, "option_name", None)
    if option:
        return say("fault.usage.option", option=plain(option))
    parameter = getattr(error, "param", None)
    if parameter is not None:
        name = max(parameter.opts, key=len) if parameter.opts else str(parameter.name)
        name = name if name.startswith("-") else (parameter.metavar or name).upper()
        # Only the class for a parameter that was left out has this attribute; its class is not public.
        missing = hasattr(error, "param_type")
        return say("fault.usage.missing" if missing else "fault.usage.value", name=plain(name))
    return say("fault.usage", reason=plain(error.format_message()))


def _crash_report() -> str:
    """Keep the traceback where it can be sent to us; a person at the terminal gets one sentence."""
    text = traceback.format_exc()
    for folder in (FOLDER, Path.home() / ".cache" / "duwang"):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / "crash.log"
            with path.open("a", encoding="utf-8") as file:
                file.write(f"{datetime.now(SHANGHAI).isoformat()} {sys.argv[1:2]}\n{text}\n")
        except OSError:
            continue
        return str(path)
    print(text, file=sys.stderr)
    return "stderr"


if __name__ == "__main__":
    main()
