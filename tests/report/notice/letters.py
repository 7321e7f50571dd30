"""A notice with everything that is hard for a page: strangers' words, an address without end, many problems."""

from datetime import date, datetime

from model import (
    SHANGHAI,
    AssessedObject,
    AssessedUnit,
    Assessment,
    Evidence,
    Outcome,
    Site,
    Window,
    WindowKind,
)
from report.notice.faults import Listed, Told, UnitFaults
from tests.report import sample

ZH = sample.SampleMessages("zh_CN")
UNIT = "临溪县水务局"
YEAR = Assessment(
    id="2026", title="2026年临溪县政府系统政务公开工作评估", organiser="临溪县人民政府办公室", contact="王芳 0855-1234567",
    document="临府办函〔2026〕12号", starts=date(2026, 1, 1), ends=date(2026, 11, 30),
    windows=(Window(kind=WindowKind.SELF_CHECK, ends=date(2026, 11, 30)),),
    units=(AssessedUnit(name=UNIT, group="县直", pack="x", objects=(AssessedObject(name="网站", site_key="k"),)),),
)  # fmt: skip
LONG = "https://www.linxi.gov.cn/zwgk/" + "a1b2c3d4" * 25 + ".html?x=" + "%E6%B0%B4" * 6
SENT = datetime(2026, 9, 2, 9, tzinfo=SHANGHAI)
FOUND = [one for one in sample.view().findings if one.verdict.outcome is Outcome.FAIL]


def listed(*quotes: str, times: int = 1) -> tuple[Listed, ...]:
    """Every failure of the sample with an address without end and these quotes, so many times."""
    evidence = tuple(Evidence(url=LONG, quote=quote) for quote in quotes)
    return tuple(
        Listed(
            sample.SITE,
            one.model_copy(
                update={"verdict": one.verdict.model_copy(update={"url": LONG, "evidence": evidence})}
            ),
            date(2026, 12, 4),
            earlier=(Told(3, date(2026, 9, 1), SENT),) if place == 0 else (),
        )
        for place, one in enumerate(FOUND * times)
    )


def faults(*quotes: str, times: int = 1) -> UnitFaults:
    return UnitFaults(
        UNIT, date(2026, 11, 27), listed(*quotes, times=times), doubts=3, unverified=12,
        unseen=(Site(home="http://other.example/", name="未查之站"),), seen_on=date(2026, 11, 26), days=5,
    )  # fmt: skip
