"""The papers of 台江县's year: roster, plan and indicators, and the sheets as people hand them in."""

import csv
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import docx
import openpyxl
import yaml

from model import fingerprint_of
from tests.whole.taijiang import HOUSED, OWN, PARK, PORTAL, TOWNS, VERTICAL, County, part

MEDIA = "卫生健康局"  # the one unit whose account on other media is rated by people
LATE, SILENT = "投资促进局", "供销社"  # checked itself late, and never
READER = "财政局"
UNREAD = (6, 7, 17)  # days of November on which nobody signed

SCHEME = (
    "台江县政务公开计分办法（示例）"  # the annexes with the points were not obtained: this one is made up
)
COSTS: dict[str, tuple[int, int]] = {
    "TJ21-COLUMNS-02": (5, 10),
    "TJ21-COLUMNS-05": (6, 12),
    "TJ21-COLUMNS-07": (1, 4),
}
BANDS = {"优秀": 95, "良好": 85, "合格": 60, "不合格": 0}


def write_papers(folder: Path, county: County) -> None:
    """Before the year begins: 名单.csv, tj2021.yaml and the indicators of each kind of unit."""
    for kind in ("departments", "towns", "park"):
        _dump(folder / f"tj-{kind}.yaml", _pack(kind))
    _dump(folder / "tj2021.yaml", _plan())
    heads = ["网站标识码", "网站名称", "首页地址", "主办单位", "类型", "层级", "指标体系", "检查周期（天）"]
    rows = [
        [PORTAL, "台江县人民政府", county.home(PORTAL), "台江县人民政府办公室", "政府门户网站", "县级", "tj-departments.yaml;tj-towns.yaml", 90],
        *([code, f"{unit}网站", county.home(code), unit, "部门网站", "县级", _pack_of(unit), 150] for unit, code in OWN.items()),
    ]  # fmt: skip
    sheet(folder / "名单.csv", heads, rows)


def _pack(kind: str) -> dict[str, Any]:
    return {
        "id": f"own/tj-{kind}", "title": SCHEME, "version": "1", "document": SCHEME, "level": "county",
        "extends": f"county/taijiang-2021-{kind}", "effective_from": "2021-01-01",
        "scoring": {
            "mode": "deduct", "daily_ledger": True,
            "bands": [{"name": name, "at_least": least} for name, least in BANDS.items()],
        },
        "overrides": [
            {
                "id": rule, "severity": "deduct", "points": points, "cap": cap, "verified": True,
                "basis": [{"document": SCHEME, "clause": f"第{number}条", "grade": "S"}],
            }
            for number, (rule, (points, cap)) in enumerate(COSTS.items(), 1)
        ],
    }  # fmt: skip


def _pack_of(unit: str) -> str:
    return f"tj-{'park' if unit in PARK else 'towns' if unit in TOWNS else 'departments'}.yaml"


def group_of(unit: str) -> str:
    return (
        "开发区"
        if unit in PARK
        else "乡镇街道"
        if unit in TOWNS
        else "垂管单位"
        if unit in VERTICAL
        else "县直单位"
    )


def _plan() -> dict[str, Any]:
    def objects(unit: str) -> list[dict[str, Any]]:
        place = (
            {"name": "网站", "site_key": OWN[unit]}
            if unit in OWN
            else {"name": "专题栏目", "site_key": PORTAL, "columns": [part(unit)]}
        )
        return [place | {"weight": 0.8}, {"name": "政务新媒体", "weight": 0.2}] if unit == MEDIA else [place]

    def window(kind: str, ends: str, starts: str | None = None) -> dict[str, str]:
        return {"kind": kind, "ends": ends} | ({"starts": starts} if starts else {})

    return {
        "id": "tj2021", "title": "2021年台江县政府系统政务公开工作评估", "organiser": "台江县人民政府办公室",
        "contact": "县政府政务信息中心", "document": "台府办函〔2021〕12号", "starts": "2021-01-01", "ends": "2021-12-31",
        "appeal_workdays": 3, "mend_workdays": 10, "weight_in_host": 0.05,
        "windows": [
            window("monitor", "2021-11-30", "2021-01-01"), window("self_check", "2021-11-30"),
            window("sampling", "2021-12-15", "2021-12-01"), window("publicity", "2022-01-04", "2021-12-29"),
            window("review", "2022-01-10", "2021-12-29"), window("announce", "2022-01-14"),
        ],
        "units": [
            {"name": unit, "group": group_of(unit), "pack": _pack_of(unit), "objects": objects(unit)}
            for unit in (*PARK, *HOUSED, *VERTICAL)
        ],
    }  # fmt: skip


def _dump(path: Path, content: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")


def sheet(path: Path, heads: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """As Excel in Chinese saves CSV."""
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([heads, *rows])


def fill(path: Path, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Into a workbook that `duwang form` wrote, row by row, what `answer` says of it."""
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    heads = [cell.value for cell in page[1]]
    for row in page.iter_rows(min_row=2):
        for head, value in answer({head: cell.value for head, cell in zip(heads, row, strict=True)}).items():
            row[heads.index(head)].value = value
    book.save(path)


def receipts(folder: Path, county: County) -> None:
    """Two of the five sign for their notice."""
    sheet(
        folder / "签收.csv",
        ["单位", "签收人", "签收时间"],
        [["财政局", "李强", "2021-04-01 16:20"], ["台盘乡", "杨洋", "2021-04-02"]],
    )


def scan(folder: Path, county: County) -> None:
    rows = [
        ["黔东南州政府扫描", "2021-06-15", "栏目不更新", f"{county.home(PORTAL)[:-1]}{part('水务局')}gzdt/"],
        ["黔东南州政府扫描", "2021-06-15", "错别字", f"{county.home(PORTAL)[:-1]}{part('革一镇')}"],
    ]
    sheet(folder / "州扫描反馈.csv", ["来源", "日期", "问题类型", "网址"], rows)


def daily(folder: Path, county: County) -> None:
    rows = [
        ["水务局", "TJ21-COLUMNS-02", "核减", 3, "督查时仍未更新", "王芳", "2021-07-08"],
        ["方召镇", "TJ21-COLUMNS-02", "核减", 2, "信息报送迟", "王芳", "2021-07-08"],
    ]
    sheet(folder / "日常记录.csv", ["单位", "指标编号", "核减或核加", "分值", "理由", "记录人", "日期"], rows)


def signatures(folder: Path, county: County) -> None:
    days = [date(2021, 11, 1) + timedelta(days=n) for n in range(30)]
    rows = [[day, READER, "李强", "09:05", "正常"] for day in days if day.day not in UNREAD]
    sheet(folder / "签到.csv", ["日期", "单位", "值班人", "签到时刻", "备注"], rows)


def self_scores(folder: Path, county: County) -> None:
    """Everybody but two claims the full mark."""

    def answer(row: dict[str, Any]) -> dict[str, Any]:
        if row["单位"] in (LATE, SILENT) or row["指标编号"]:
            return {}
        return {"自评分": 100, "日期": date(2021, 11, 25)}

    fill(folder / "自评分.xlsx", answer)
    sheet(folder / "补报.csv", ["单位", "自评分", "日期"], [[LATE, 98, "2021-12-02"]])


def report(folder: Path, county: County) -> None:
    made = docx.Document()
    made.add_paragraph("财政局2021年政务公开自查报告")
    made.save(str(folder / "自查报告.docx"))


def opinions(folder: Path, county: County) -> None:
    """Of the empty columns two are looked into; the third waits."""
    said = {"审计局": ("确认", "访谈从未举办"), "林业局": ("排除", "访谈在州级网站集中举办")}

    def answer(row: dict[str, Any]) -> dict[str, Any]:
        if row["单位"] not in said:
            return {}
        opinion, reason = said[row["单位"]]
        return {"意见": opinion, "理由": reason, "核查人": "李强", "日期": date(2021, 12, 10)}

    fill(folder / "核查.xlsx", answer)


def ratings(folder: Path, county: County) -> None:
    fill(
        folder / "新媒体.xlsx", lambda row: {"得分": 90, "评分人": "县融媒体中心", "日期": date(2021, 12, 13)}
    )


def applications(folder: Path, county: County) -> None:
    """Of what the draft says of three units: the first two in time, the third on the day after."""
    asked = {
        "民政局": ("栏目按月更新，12月公示前已说明", "杨帆", "2021-12-30 10:00"),
        "交通运输局": ("人手不足", "石磊", "2022-01-04 16:30"),
        "司法局": ("系统故障", "吴江", "2022-01-05 00:10"),
    }
    rows = [[unit, stale(unit), why, "撤销", who, at] for unit, (why, who, at) in asked.items()]
    sheet(folder / "复核申请.csv", ["单位", "问题编号", "申请事项", "诉求", "申请人", "申请时间"], rows)


def stale(unit: str) -> str:
    """The number of the finding that its news column is not kept up to date."""
    return f"F-{fingerprint_of('TJ21-COLUMNS-02', PORTAL, f'{part(unit)}gzdt/')[:10]}"


def website(folder: Path, county: County) -> None:
    """The page of the final result goes on the portal, and once more with a figure mistyped."""
    page = (folder / "公布" / "tj2021-v2.html").read_bytes()
    county.published = {"/zwgk/2021.html": page, "/zwgk/2021-wrong.html": page.replace(b">92<", b">95<")}
