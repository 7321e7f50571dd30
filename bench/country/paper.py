"""成文 Figures of measured nights as the tables of docs/scale.md and its Chinese twin, between their marks.

`python -m bench.country.paper NIGHT.json [FAULTS.json]`: files that `--report` wrote. What stands outside the marks stays.
"""

import json
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bench.country.telling import COUNTRY, NIGHT_HOURS, machines_by_cpu, machines_by_pace

DOCS = Path(__file__).parent.parent.parent / "docs"
PAGES = {"en": DOCS / "scale.md", "zh": DOCS / "scale.zh-CN.md"}
_PAGES_A_SITE = (50, 300, 1000)
_CORES = (2, 4, 8)
_WORDS = {
    "en": {
        "heads": ("figure", "value"),
        "machine": "machine",
        "night": "the night",
        "night_told": "{sites} sites, {workers} worker processes on PostgreSQL, {concurrency} sites at a time in each, {delay:g} s between two requests to a host",
        "requests": "requests",
        "requests_told": "{requests} ({requests_a_site:.0f} a site), {megabytes:.0f} MB",
        "time": "time",
        "time_told": "{seconds:.0f} s; {sites_an_hour_steady:.0f} sites an hour between a tenth and nine tenths done",
        "cpu": "CPU",
        "cpu_told": "{cpu:.0f} s of all processes of the program, {cpu_a_site:.2f} s a site; {cores_busy:.2f} cores busy on average",
        "memory": "most memory of one worker with its child",
        "memory_told": "{most_memory:.0f} MB",
        "crawl": "one site, from its first request to its record",
        "crawl_told": "median {median_run:.0f} s, mean {mean_run:.0f} s",
        "machines": ("requests a site", *(f"by CPU, {cores} cores" for cores in _CORES), "by pace, 0.5 s, 20 sites at a time"),
        "demand": ("demand", "kept"),
        "yes": "yes",
        "no": "**no**",
    },
    "zh": {
        "heads": ("项目", "数值"),
        "machine": "机器",
        "night": "这一夜",
        "night_told": "{sites} 个网站，{workers} 个工作进程（PostgreSQL），每个进程同时 {concurrency} 个网站，对同一主机两次请求间隔 {delay:g} 秒",
        "requests": "请求",
        "requests_told": "{requests} 次（每站 {requests_a_site:.0f} 次），{megabytes:.0f} MB",
        "time": "用时",
        "time_told": "{seconds:.0f} 秒；完成一成到九成之间为每小时 {sites_an_hour_steady:.0f} 个网站",
        "cpu": "CPU",
        "cpu_told": "程序全部进程共 {cpu:.0f} 秒，每站 {cpu_a_site:.2f} 秒；平均占用 {cores_busy:.2f} 核",
        "memory": "单个工作进程（含子进程）最大内存",
        "memory_told": "{most_memory:.0f} MB",
        "crawl": "一个网站从首次请求到入库",
        "crawl_told": "中位数 {median_run:.0f} 秒，平均 {mean_run:.0f} 秒",
        "machines": ("每站请求数", *(f"按 CPU，{cores} 核" for cores in _CORES), "按节奏，0.5 秒，同时 20 个网站"),
        "demand": ("要求", "是否满足"),
        "yes": "是",
        "no": "**否**",
    },
}  # fmt: skip
_CHINESE = {
    "the night came to its end": "夜巡走到头",
    "every site finished once": "每个网站恰好查完一次",
    "no host with two crawls": "同一主机、同一平台不会同时有两次采集",
    "no host faster than its pace": "不快于主机的节奏",
    "every request belongs to a run": "每个请求都属于某次检查",
    "nothing lost or doubled in the tables": "各表不丢不重",
    "every kept body readable": "存下的正文都能读回",
    "findings as planted": "问题与所种一致",
    "findings equal to those of a single SQLite run": "问题与 SQLite 单进程一致",
    "no process left behind": "不留进程",
    "worker memory flat": "工作进程内存平稳",
    "every interruption visible in status": "每次中断都能在 status 中看到",
    "fault told: kill -9": "故障可见：kill -9",
    "fault told: PostgreSQL stopped": "故障可见：PostgreSQL 停止",
    "fault told: archive disk full": "故障可见：存档磁盘写满",
    "fault told: no network": "故障可见：没有网络",
    "fault told: clock behind": "故障可见：时钟慢了",
    "fault told: clock jumps": "故障可见：时钟跳变",
}


def main(files: list[str]) -> int:
    nights = [json.loads(Path(one).read_text("utf-8")) for one in files]
    for language, page in PAGES.items():
        text = page.read_text("utf-8")
        for night in nights:
            troubled = night["faults"]
            text = _between(text, "faults" if troubled else "night", "\n".join(_night(night, language)))
            if not troubled:
                text = _between(text, "machines", "\n".join(_machines(night, language)))
        page.write_text(text, "utf-8")
    return 0


def _night(told: Mapping[str, Any], language: str) -> Iterable[str]:
    words: Mapping[str, Any] = _WORDS[language]
    yield _row(words["heads"])
    yield "|---|---|"
    yield _row((words["machine"], told["machine"]))
    for name in ("night", "requests", "time", "cpu", "memory", "crawl"):
        yield _row((words[name], words[f"{name}_told"].format(**told)))
    yield ""
    yield _row(words["demand"])
    yield "|---|---|"
    for one in told["demands"]:
        name = one["name"] if language == "en" else _CHINESE[one["name"]]
        yield _row(
            (
                name,
                f"{words['yes' if one['kept'] else 'no']} ({one['told']})"
                if language == "en"
                else words["yes" if one["kept"] else "no"],
            )
        )


def _machines(told: Mapping[str, Any], language: str) -> Iterable[str]:
    words: Mapping[str, Any] = _WORDS[language]
    yield _row(words["machines"])
    yield "|" + "---|" * len(words["machines"])
    for requests in _PAGES_A_SITE:
        by_cpu = [machines_by_cpu(told, COUNTRY, NIGHT_HOURS, requests, cores) for cores in _CORES]
        by_pace = machines_by_pace(told, COUNTRY, NIGHT_HOURS, requests, delay=0.5, at_once=20)
        yield _row((str(requests), *(f"{one:.1f}" for one in (*by_cpu, by_pace))))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(one.replace('|', '/') for one in cells)} |"


def _between(text: str, mark: str, table: str) -> str:
    found = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", re.S)
    if not found.search(text):
        raise SystemExit(f"the page has no place for {mark}")
    return found.sub(lambda place: f"{place[1]}\n{table}\n\n{place[2]}", text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
