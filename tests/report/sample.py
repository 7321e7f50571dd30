"""A made-up county portal's run, with hostile words wherever a stranger could put them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from model import (
    SHANGHAI,
    Attempt,
    BrowserState,
    CaseState,
    Citation,
    Column,
    ColumnForm,
    ColumnKind,
    Coverage,
    Dated,
    DateSource,
    Evidence,
    FetchOutcome,
    Finding,
    Grade,
    HostStop,
    LeftOver,
    LinkRelation,
    ListItem,
    Moment,
    Outcome,
    Period,
    Rank,
    Rule,
    Run,
    RunState,
    Score,
    SectionScore,
    Severity,
    Site,
    StopReason,
    Unread,
    Verdict,
    VetoSuspect,
    fingerprint_of,
)
from report.links import LinkRow, LinksView, ParentPage, Refusal
from report.messages import Messages
from report.view import Allowance, ReportView

HOME = "https://www.linxi.gov.cn/"
MOMENT = Moment(as_of=datetime(2026, 11, 21, 9, 0, tzinfo=SHANGHAI))
SITE = Site(
    home=HOME,
    site_code="5226280001",
    name="临溪县人民政府门户网站",
    organiser="临溪县人民政府办公室",
)
DOCUMENT = "国办秘函〔2019〕19号"

SCRIPT = "<script>document.title='owned';alert(1)</script>"
FORMULA = "=cmd|' /C calc'!A0"
ESCAPE = "\x1b[31m红色\x1b[0m\x1b]0;owned\x07通知"
REVERSED = "公告\u202egnp.exe\u202c"
LONG = "关于进一步加强和改进全县政府网站与政务新媒体内容保障工作的通知" * 10
IMAGE = '"><img src=x onerror="document.title=\'owned\'">'
HOSTILE = (SCRIPT, FORMULA, ESCAPE, REVERSED, LONG, IMAGE)

SENTENCES = {
    "sample.fail": "“{column}”（{kind}）最后更新于 {newest}，截至监测时间点已逾期 {days} 天。",
    "sample.unsure": "“{column}”可见的最新日期为 {newest}，年份由相邻条目推断，请人工核实。",
    "sample.blank": "“{column}”栏目页可以打开，但没有任何内容。",
    "sample.missing": "未找到“{kind}”栏目。",
    "sample.mark": "页脚未见网站标识码。",
    "sample.dead_link": "链接“{anchor}”（{url}）两次访问均返回 {status}。",
}


class SampleMessages(Messages):
    """The catalogue of one language and the sample's own sentences."""

    def __init__(self, language: str = "zh_CN") -> None:
        super().__init__(language)
        self._texts = self._texts | SENTENCES


def rule(
    rule_id: str,
    section: str,
    title: str,
    check: str,
    severity: Severity,
    *,
    points: str | None = None,
    grade: Grade = Grade.S,
    clause: str = "",
    preview: bool = False,
    quote: str | None = None,
    title_en: str | None = None,
) -> Rule:
    return Rule(
        id=rule_id,
        section=section,
        title=title,
        title_en=title_en,
        basis=(Citation(document=DOCUMENT, clause=clause or title, grade=grade, quote=quote),),
        check=check,
        severity=severity,
        points=Decimal(points) if points else None,
        preview=preview,
    )


HOME_RULE = rule(
    "N19-VETO-03",
    "VETO",
    "首页不更新",
    "stale_home",
    Severity.VETO,
    clause="单项否决·首页不更新",
    title_en="Home page not updated",
)
NEWS_RULE = rule(
    "N19-UPDATE-01",
    "PUBLISH",
    "动态要闻类栏目更新不及时",
    "stale_column",
    Severity.DEDUCT,
    points="3",
    clause="发布解读·动态要闻",
    quote="监测时间点前2周内的更新情况",
    title_en="News column not updated in time",
)
POLICY_RULE = rule(
    "N19-UPDATE-02",
    "PUBLISH",
    "政策文件类栏目更新不及时",
    "stale_column",
    Severity.DEDUCT,
    points="5",
    clause="发布解读·政策文件",
    quote="政策文件类一级栏目监测时间点前6个月内未更新",
    title_en="Policy column not updated in time",
)
BLANK_RULE = rule(
    "N19-BLANK-01",
    "PUBLISH",
    "空白栏目",
    "zombie_column",
    Severity.DEDUCT,
    points="1",
    grade=Grade.M,
    clause="发布解读·栏目维护",
    title_en="Blank column",
)
MISSING_RULE = rule(
    "N19-MISSING-01",
    "PUBLISH",
    "应设栏目未设置",
    "missing_column",
    Severity.DEDUCT,
    clause="发布解读·信息公开",
    title_en="Required column missing",
)
LINK_RULE = rule(
    "N19-LINK-01",
    "DESIGN",
    "链接不可用",
    "dead_link",
    Severity.DEDUCT,
    points="0.1",
    grade=Grade.C,
    clause="功能设计·链接可用性",
    title_en="Dead link",
)
MARK_RULE = rule(
    "N19-MARK-01",
    "DESIGN",
    "网站标识缺失",
    "missing_site_mark",
    Severity.ADVISE,
    grade=Grade.I,
    clause="功能设计·网站标识",
    title_en="Site mark missing",
)
TRIAL_RULE = rule(
    "N19-TRIAL-01",
    "DESIGN",
    "外链无提示",
    "external_notice",
    Severity.ADVISE,
    grade=Grade.M,
    preview=True,
    title_en="No notice before leaving the site",
)
RULES = (HOME_RULE, NEWS_RULE, POLICY_RULE, BLANK_RULE, MISSING_RULE, LINK_RULE, MARK_RULE, TRIAL_RULE)
SECTIONS = {"VETO": "单项否决", "PUBLISH": "发布解读", "DESIGN": "功能设计"}


def verdict(demand: Rule, locus: str, outcome: Outcome, message: str, **more: object) -> Verdict:
    return Verdict.model_validate(
        {
            "rule_id": demand.id,
            "check": demand.check,
            "section": demand.section,
            "severity": demand.severity,
            "locus": locus,
            "outcome": outcome,
            "message_id": message,
            "preview": demand.preview,
            **more,
        }
    )


def finding(
    demand: Rule, found: Verdict, *, days_known: int = 0, state: CaseState = CaseState.OPEN
) -> Finding:
    return Finding(
        fingerprint=fingerprint_of(demand.id, SITE.key, found.locus),
        run_id="R-20261121-090000",
        verdict=found,
        title=demand.title,
        title_en=demand.title_en,
        section_title=SECTIONS[demand.section],
        basis=demand.basis,
        points=demand.points,
        state=state,
        first_seen=MOMENT.as_of - timedelta(days=days_known),
        last_seen=MOMENT.as_of,
    )


def column(key: str, name: str, kind: ColumnKind, newest: int | None, **more: object) -> Column:
    """A list column whose newest item is `newest` days old; None: it was not observed."""
    items = None
    if newest is not None:
        day = MOMENT.today - timedelta(days=newest)
        items = (
            ListItem(
                title=f"{name}最新一条",
                url=f"{HOME}{key}/1.html",
                dated=Dated(value=day, source=DateSource.ROW, raw=str(day)),
            ),
            ListItem(title="未标日期的一条", url=f"{HOME}{key}/2.html", dated=Dated(reason="no_date_shown")),
        )
    return Column.model_validate(
        {
            "key": key,
            "name": name,
            "url": f"{HOME}{key}/",
            "path": ("首页", name),
            "kind": kind,
            "form": ColumnForm.LIST,
            "items": items,
            "total": None if items is None else len(items),
            "pages_read": 0 if items is None else 1,
            "complete": items is not None,
            "snapshot_ids": (f"R-20261121-090000/{len(key)}",),
            **more,
        }
    )


NEWS = column("zwdt/jryw", "今日要闻", ColumnKind.NEWS, 1)
DEPARTMENTS = column("zwdt/bmdt", "部门动态", ColumnKind.NEWS, 49)
TOWNS = column("zwdt/xzdt", "乡镇动态", ColumnKind.NEWS, 12)
NOTICES = column("zwgk/tzgg", "通知公告", ColumnKind.NOTICES, 96)
POLICIES = column("zwgk/zcwj", "政策文件", ColumnKind.POLICIES, 4012)
READINGS = column("zwgk/zcjd", SCRIPT, ColumnKind.INTERPRETATION, 203)
TOPIC = column("ztzl/lssd", LONG, ColumnKind.TOPIC, 371)
GUIDE = column("zwgk/zn", "政府信息公开指南", ColumnKind.GUIDE, None, form=ColumnForm.SINGLE, items=())
BLANK = column("zmhd/dczj", "征集调查", ColumnKind.SURVEY, None, items=(), blank=True)
UNDATED = column(
    "zwgk/tjxx",
    "统计信息",
    ColumnKind.STATISTICS,
    None,
    items=(ListItem(title="2025年统计公报", url=f"{HOME}tj/1.html", dated=Dated(reason="no_date_shown")),),
)
UNSEEN = column(
    "zwgk/gfxwj",
    "行政规范性文件",
    ColumnKind.POLICIES,
    None,
    outcome=FetchOutcome.NOT_RENDERED,
    unread="not_rendered",
    form=ColumnForm.UNKNOWN,
)
REFUSED = column(
    "hdjl/ldxx",
    "领导信箱",
    ColumnKind.CONSULTATION,
    None,
    outcome=FetchOutcome.BLOCKED,
    unread="blocked",
    form=ColumnForm.UNKNOWN,
)
SITE_COLUMNS = (
    NEWS,
    DEPARTMENTS,
    TOWNS,
    NOTICES,
    POLICIES,
    READINGS,
    TOPIC,
    GUIDE,
    BLANK,
    UNDATED,
    UNSEEN,
    REFUSED,
)
FORTNIGHT = Period.model_validate("P14D")
HALF_YEAR = Period.model_validate("P6M")
ALLOWANCES = (
    *(
        Allowance(column=found.key, rule_id=NEWS_RULE.id, period=FORTNIGHT)
        for found in (NEWS, DEPARTMENTS, TOWNS)
    ),
    *(
        Allowance(column=found.key, rule_id=POLICY_RULE.id, period=HALF_YEAR)
        for found in (NOTICES, POLICIES, READINGS, UNDATED, UNSEEN)
    ),
)


def stale(demand: Rule, found: Column, outcome: Outcome, limit: str, overdue: int | None) -> Verdict:
    item = found.newest_item
    return verdict(
        demand,
        found.key,
        outcome,
        f"sample.{outcome}",
        subject_name=found.name,
        url=found.url,
        params={
            "column": found.name,
            "newest": str(found.newest or "（无日期）"),
            "days": overdue or 0,
            "kind": found.kind.value,
        },
        measured=f"{MOMENT.days_since(found.newest)} 天" if found.newest else None,
        allowed=limit,
        newest=found.newest,
        overdue_days=overdue,
        evidence=(
            Evidence(
                snapshot_id=found.snapshot_ids[0],
                url=found.url,
                quote=f"{item.title} {item.dated.raw}" if item else "",
                shows="newest_row",
            ),
        ),
    )


def dead(number: int, *, parents: int = 1, anchor: str = "", outcome: Outcome = Outcome.FAIL) -> Verdict:
    url = f"{HOME}zwgk/attachment/{number:04}.pdf"
    pages = tuple(f"{HOME}zwgk/zcwj/202{number % 7}/t{number:05}_{page}.html" for page in range(parents))
    return verdict(
        LINK_RULE,
        url,
        outcome,
        "sample.dead_link",
        subject_name=anchor or f"附件{number}",
        url=url,
        params={"url": url, "status": 404, "anchor": anchor or f"附件{number}"},
        measured="404",
        allowed="200",
        parents=pages,
        evidence=(
            Evidence(
                snapshot_id=f"R-20261121-090000/{900 + number}", url=url, quote="HTTP/1.1 404 Not Found"
            ),
            Evidence(
                snapshot_id=f"R-20261121-090000/{100 + number}",
                url=pages[0],
                quote=f'<a href="/zwgk/attachment/{number:04}.pdf">{anchor}</a>',
            ),
        ),
    )


def rich_verdicts() -> tuple[Verdict, ...]:
    blank = verdict(
        BLANK_RULE,
        BLANK.key,
        Outcome.FAIL,
        "sample.blank",
        subject_name=BLANK.name,
        url=BLANK.url,
        params={"column": BLANK.name},
        measured="0 条",
        allowed="至少 1 条",
        evidence=(Evidence(snapshot_id="R-20261121-090000/12", url=BLANK.url, quote="暂无内容"),),
        parents=(HOME,),
    )
    missing = verdict(
        MISSING_RULE,
        "kind:annual_report",
        Outcome.FAIL,
        "sample.missing",
        subject_name="政府信息公开年报",
        url="javascript:alert(document.domain)",
        params={"kind": "annual_report"},
    )
    mark = verdict(
        MARK_RULE,
        "footer",
        Outcome.FAIL,
        "sample.mark",
        subject_name="首页",
        url=HOME,
        evidence=(Evidence(url=HOME, quote=REVERSED),),
    )
    trial = verdict(TRIAL_RULE, HOME, Outcome.FAIL, "sample.mark", subject_name="首页", url=HOME)
    home = verdict(
        HOME_RULE,
        HOME,
        Outcome.UNSURE,
        "sample.unsure",
        subject_name="首页",
        url=HOME,
        params={"column": "首页", "newest": "2026-11-05"},
        measured="16 天",
        allowed="2 周",
        newest=date(2026, 11, 5),
        overdue_days=2,
        evidence=(Evidence(snapshot_id="R-20261121-090000/1", url=HOME, quote="11-05 我县召开防汛工作会议"),),
    )
    return (
        stale(NEWS_RULE, NEWS, Outcome.PASS, "2 周", None),
        stale(NEWS_RULE, DEPARTMENTS, Outcome.FAIL, "2 周", 35),
        stale(NEWS_RULE, TOWNS, Outcome.PASS, "2 周", None),
        stale(POLICY_RULE, NOTICES, Outcome.PASS, "6 个月", None),
        stale(POLICY_RULE, POLICIES, Outcome.FAIL, "6 个月", 3828),
        stale(POLICY_RULE, READINGS, Outcome.UNSURE, "6 个月", 19),
        stale(POLICY_RULE, UNDATED, Outcome.UNSURE, "6 个月", None),
        stale(POLICY_RULE, UNSEEN, Outcome.NOT_OBSERVED, "6 个月", None),
        blank,
        missing,
        mark,
        trial,
        home,
        verdict(
            BLANK_RULE,
            REFUSED.key,
            Outcome.BLOCKED,
            "sample.blocked",
            subject_name=REFUSED.name,
            url=REFUSED.url,
        ),
        verdict(
            BLANK_RULE, TOPIC.key, Outcome.CRASHED, "sample.crashed", subject_name=TOPIC.name, url=TOPIC.url
        ),
        verdict(
            BLANK_RULE, GUIDE.key, Outcome.NOT_APPLICABLE, "sample.na", subject_name=GUIDE.name, url=GUIDE.url
        ),
        *(dead(number, parents=1 + number * 4) for number in range(1, 5)),
        dead(5, parents=640, anchor=SCRIPT),
        *(dead(10 + place, anchor=words) for place, words in enumerate(HOSTILE)),
        dead(40, anchor="外语频道", outcome=Outcome.UNSURE),
    )


def findings_of(verdicts: tuple[Verdict, ...]) -> tuple[Finding, ...]:
    demands = {demand.id: demand for demand in RULES}
    states = {BLANK.key: CaseState.REOPENED, "footer": CaseState.DISPUTED}
    return tuple(
        finding(
            demands[found.rule_id],
            found,
            days_known=len(found.locus) * 3,
            state=states.get(found.locus, CaseState.OPEN),
        )
        for found in verdicts
        if found.outcome in (Outcome.FAIL, Outcome.UNSURE)
    )


COVERAGE = Coverage(
    wanted=1420,
    fetched=1312,
    outcomes={
        FetchOutcome.OK: 1288,
        FetchOutcome.GONE: 11,
        FetchOutcome.BLOCKED: 8,
        FetchOutcome.NOT_RENDERED: 1,
        FetchOutcome.UNREACHABLE: 4,
    },
    robots_refused=(f"{HOME}search/", f"{HOME}admin/login.do?next={SCRIPT}"),
    left=(
        LeftOver(
            rank=Rank.SURVEY,
            reason="max_pages",
            count=96,
            examples=(f"{HOME}zwgk/2019/", f"{HOME}zwgk/2018/"),
        ),
        LeftOver(rank=Rank.LIST, reason="no_browser", count=1, examples=(UNSEEN.url,)),
    ),
    host_stops=(HostStop(host="zwfw.linxi.gov.cn", reason="challenge", after_requests=24),),
    stop=StopReason.MAX_PAGES,
    unread=(
        Unread(
            what="column",
            name=UNSEEN.name,
            url=UNSEEN.url,
            cause="not_rendered",
            snapshot_id="R-20261121-090000/77",
        ),
        Unread(what="column", name=REFUSED.name, url=REFUSED.url, cause="blocked", detail="status_412"),
        Unread(what="link", name=ESCAPE, url="http://10.1.1.1/a.doc", cause="skipped_private"),
        Unread(what="page", name=IMAGE, url="javascript:alert(2)", cause="tls", detail="certificate"),
    ),
    external_links=214,
    script_links=37,
    placeholder_links=2,
    browser=BrowserState(
        wanted=True, tried=("/usr/bin/chromium", "/usr/bin/google-chrome"), reason="not_found"
    ),
)
SCORE = Score(
    base=Decimal(100),
    low=Decimal("79.8"),
    high=Decimal("89.9"),
    sections=(
        SectionScore(id="PUBLISH", title="发布解读", title_en="Publication", points=Decimal(45), lost_low=Decimal(9), lost_high=Decimal(19)),
        SectionScore(id="DESIGN", title="功能设计", title_en="Design", points=Decimal(15), lost_low=Decimal("1.1"), lost_high=Decimal("1.2")),
    ),
    vetoes=(
        VetoSuspect(id="N19-VETO-04C", title="空白栏目达到5个", title_en="Five blank columns", low=6, high=7, at_least=5, basis=BLANK_RULE.basis),
        VetoSuspect(id="N19-VETO-03", title="首页不更新", title_en="Home page not updated", low=0, high=1, at_least=1, basis=HOME_RULE.basis),
        VetoSuspect(id="N19-VETO-04A", title="更新不及时栏目达到5个", title_en="Five stale columns", low=2, high=4, at_least=5, basis=NEWS_RULE.basis),
    ),
    provisional=True,
    unscored=1,
)  # fmt: skip
ATTEMPTS = (
    Attempt(
        at=MOMENT.as_of - timedelta(minutes=20),
        method="HEAD",
        outcome=FetchOutcome.GONE,
        cause="status_404",
        status=404,
        elapsed_ms=83,
    ),
    Attempt(
        at=MOMENT.as_of - timedelta(minutes=2),
        method="GET",
        outcome=FetchOutcome.GONE,
        cause="status_404",
        status=404,
        elapsed_ms=91,
        snapshot_id="R-20261121-090000/901",
    ),
)


def run(verdicts: tuple[Verdict, ...] = (), state: RunState = RunState.FINISHED) -> Run:
    return Run(
        id="R-20261121-090000",
        site=SITE,
        pack_id="national/2019-check-indicators",
        pack_version="1.2.0",
        pack_digest="9f2c41d07be3a5581c40e6dd0a1b6f3c2277d2f1c0a3f5b6e7d8091a2b3c4d5e",
        as_of=MOMENT.as_of,
        started_at=MOMENT.as_of,
        ended_at=MOMENT.as_of + timedelta(minutes=24),
        state=state,
        version="0.1.0",
        reader="1",
    )


def link_row(number: int, *, dead: bool = True, parents: int = 1, **fields: Any) -> LinkRow:
    """One target with hostile words wherever a stranger could put them; `parents` pages, the first a top column."""
    filled: dict[str, Any] = {
        "finding": f"F-{number:010x}",
        "url": f"{HOME}zwgk/{number:04}.html",
        "relation": LinkRelation.INTERNAL,
        "dead": dead,
        "case": "dead_link.missing" if dead else "dead_link.suspected",
        "anchor": HOSTILE[number % len(HOSTILE)],
        "seen": "404, 404" if dead else "timeout, timeout",
        "days": number % 40,
        "at": "2026-11-21 08:58",
        "snapshot": f"R-20261121-090000/{number}",
        "parents": tuple(
            ParentPage(
                url=f"{HOME}zcwj/{page}.html?{FORMULA}", title=HOSTILE[page % len(HOSTILE)],
                anchor=HOSTILE[number % len(HOSTILE)], level="other" if page else "top",
            )
            for page in range(parents)
        ),
    }  # fmt: skip
    return LinkRow(**(filled | fields))


LINKS = LinksView(
    checked=812,
    refused=3,
    not_asked={"max_external": 40, "switched_off": 2},
    rows=(
        *(link_row(number, parents=number) for number in range(1, 7)),
        link_row(7, relation=LinkRelation.EXTERNAL, url="http://www.gone.example/"),
        link_row(8, relation=LinkRelation.ATTACHMENT, days=31),
        link_row(9, relation=LinkRelation.PLATFORM, days=7, parents=0, url="javascript:alert(3)"),
        link_row(20, dead=False),
        link_row(21, dead=False, relation=LinkRelation.EXTERNAL, case="turned_link.seems", seen=""),
    ),
    refusals=(
        Refusal(host="www.linxi.gov.cn", cause="status_412", count=1, own=True, examples=(f"{HOME}a/",)),
        Refusal(host=f"evil.example{SCRIPT}", cause="ruishu", count=1, examples=(f"http://evil.example/{FORMULA}",)),
        Refusal(host="=cmd|' /C calc'!A0", cause="robots", count=1, examples=("=1+1",)),
    ),
    agent="duwang/0.1.0 (government website compliance audit)",
    pause=0.5,
    outside_pause=2.0,
)  # fmt: skip


def view(verdicts: tuple[Verdict, ...] | None = None) -> ReportView:
    """The rich run, or the same site with other verdicts."""
    judged = rich_verdicts() if verdicts is None else verdicts
    return ReportView(
        run=run(judged),
        moment=MOMENT,
        pack_title="政府网站与政务新媒体检查指标",
        pack_title_en="Check indicators for government websites",
        pack_document=DOCUMENT,
        findings=findings_of(judged),
        verdicts=judged,
        columns=SITE_COLUMNS,
        allowances=ALLOWANCES,
        rules=RULES,
        coverage=COVERAGE,
        score=SCORE,
        links=LINKS,
    )


def clean_view() -> ReportView:
    """A site on which nothing was found."""
    return ReportView(
        run=run(),
        moment=MOMENT,
        pack_title="政府网站与政务新媒体检查指标",
        pack_document=DOCUMENT,
        verdicts=(stale(NEWS_RULE, NEWS, Outcome.PASS, "2 周", None),),
        columns=(NEWS,),
        allowances=ALLOWANCES[:1],
        rules=(NEWS_RULE,),
        coverage=Coverage(wanted=40, fetched=40, outcomes={FetchOutcome.OK: 40}),
        score=Score(base=Decimal(100), low=Decimal(100), high=Decimal(100), band="合格"),
    )


def crowded_view(findings: int = 2000) -> ReportView:
    """A site with very many dead links."""
    return view(tuple(dead(number, parents=number % 40 + 1) for number in range(findings)))
