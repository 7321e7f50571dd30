"""Workers that look about more often than one has to: `python -m tests.whole.a_worker URL ARCHIVE CONTROL`.

It reads lines `NAME LOG`, forks a worker for each, which has imported all it needs already, and answers with its number.
"""

import os
import signal
import sys
from pathlib import Path

from audit.crew_terms import CrewTerms
from audit.journal import keep_journal
from audit.settling import Place
from audit.worker import Rhythm, WorkerTerms, work
from model import BrowserUse, Limits


def be(name: str, log: str, url: str, archive: str, control: str) -> None:
    with Path(log).open("w") as stream:
        os.dup2(stream.fileno(), 2)
    keep_journal([])
    terms = CrewTerms(
        allow_private=True, browser=BrowserUse.NO, limits=Limits(confirm_seconds=1), delay=0.0, external=False,
        again_seconds=1, controls=(control,),
    )  # fmt: skip
    work(
        Place(db_url=url, archive=Path(archive)), terms, WorkerTerms(name=name, concurrency=3, grace=0),
        Rhythm(beat=0.3, look=0.5, poll=0.3, stale=2.0, patience=60),
    )  # fmt: skip


if __name__ == "__main__":
    import scrapy.crawler  # noqa: F401 - before the fork

    signal.signal(
        signal.SIGCHLD, signal.SIG_IGN
    )  # whoever ends is gone at once, and no zombie is taken for alive
    for line in sys.stdin:
        child = os.fork()
        if child:
            print(child, flush=True)
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        be(*line.split(), *sys.argv[1:])
        break
