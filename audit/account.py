"""交代 What a person is told of a run that was judged: reports and screens need no page of it any more."""

from audit.conclude import Result
from audit.view import report_view
from model import Frozen, RulePack, Run
from report.view import ReportView


class Account(Frozen):
    """交代 Small enough to go from one process to another, however large the site."""

    view: ReportView
    home_seen: bool

    @property
    def run(self) -> Run:
        return self.view.run

    @property
    def violated(self) -> bool:
        return any(one.accuses for one in self.view.findings)


def account_of(result: Result, pack: RulePack) -> Account:
    """如实交代 Of a result under `pack`."""
    return Account(view=report_view(result, pack), home_seen=result.home_seen)
