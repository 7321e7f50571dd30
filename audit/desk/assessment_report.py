"""评估报告 All that the report of an assessment tells, gathered from one frozen result and the dossier around it."""

from collections.abc import Mapping
from datetime import datetime

from audit.desk.appeals import appeals
from audit.desk.desk import Desk
from audit.desk.freezing import results
from audit.desk.publishing import publicity
from audit.desk.ranking import ranking, without_suspicions
from audit.desk.typical import typical
from model import CheckModule, Result
from report.assessment_report import ReportContent
from storage import Store


def report_content(
    store: Store,
    desk: Desk,
    result: Result,
    checks: Mapping[str, CheckModule],
    at: datetime,
    before: Desk | None = None,
) -> ReportContent:
    """报告内容 `before`: an earlier assessment to compare with. Raises Fault (exit 3) as `typical` does.

    Of a draft, reviews are left out that came later than it; of the final result all are told (台江2021 四（三）（四）).
    """
    entry = next(one for one, frozen in results(desk) if frozen.version == result.version)
    view = publicity(store, desk, result, None, at)
    shown = without_suspicions(ranking(desk, result, before))
    return ReportContent(
        view=view.model_copy(update={"ranking": shown}),
        typical=typical(store, desk, result, checks, before),
        appeals=tuple(one for one in appeals(desk) if one.entry < entry.number),
        entry=entry.number,
        digest=entry.digest,
    )
