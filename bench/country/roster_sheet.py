"""名单 The country as the spreadsheet staff would import: one row a site."""

import csv
from collections.abc import Iterable
from pathlib import Path

from bench.country.census import Town

HEADS = (
    "网站名称",
    "首页地址",
    "网站标识码",
    "主办单位",
    "网站类型",
    "层级",
    "地区",
    "集约化平台",
    "请求间隔(秒)",
)
REGIONS = 10


def write_roster(towns: Iterable[Town], port: int, delay: float, sheet: Path) -> None:
    """写名单 A CSV file as spreadsheets save it. `delay`: seconds between two requests to a host."""
    with sheet.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADS)
        for town in towns:
            writer.writerow(
                (town.title, home_of(town, port), town.code, town.organiser, "部门网站" if town.department else "政府门户网站",
                 "县级", f"测算地区{town.number % REGIONS}", town.platform or "", f"{delay:g}")
            )  # fmt: skip


def home_of(town: Town, port: int) -> str:
    """首页"""
    return f"http://{town.host}:{port}/"
