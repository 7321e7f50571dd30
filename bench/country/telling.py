"""讲述 What a night over the country showed: lines for a person, figures for a program, and what they mean for 15,000 sites."""

import os
import platform
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import fmean, median
from typing import Any

from bench.country.books import Filed
from bench.country.course import Course
from bench.country.faults import Harm
from bench.country.proof import Demand

COUNTRY = 15_000
NIGHT_HOURS = 10
USE = 0.5  # of a core: the rest is for the database, the system and the hours that are not even
_SHOWN = 20  # cases named for each demand that was not kept


@dataclass
class Outcome:
    """结果 Of one night."""

    name: str
    sites: int
    options: dict[str, Any]
    course: Course
    demands: list[Demand]
    harms: list[Harm]
    filed: dict[str, list[Filed]]
    requests: int
    sent: int
    snapshots: int
    runs: int
    lasted: list[float] = field(default_factory=list)  # seconds of every finished crawl
    reasons: Counter[str] = field(default_factory=Counter)
    beside: "Outcome | None" = None

    @property
    def kept(self) -> bool:
        return all(one.kept for one in self.demands) and (self.beside is None or self.beside.kept)


def lines(outcome: Outcome) -> list[str]:
    """给人看"""
    told = figures(outcome)
    found = [
        "",
        f"{outcome.name}: {told['machine']}",
        f"  {outcome.sites} sites, {told['requests']} requests, {told['megabytes']:.0f} MB sent, {outcome.snapshots} snapshots, {outcome.runs} runs",
        f"  {told['seconds']:.0f} s: {told['sites_an_hour']:.0f} sites an hour, {told['sites_an_hour_steady']:.0f} between a tenth and nine tenths done",
        f"  one site lasts {told['median_run']:.0f} s in the median, {told['mean_run']:.0f} s on average",
        f"  CPU of all processes of the program: {told['cpu']:.0f} s, {told['cpu_a_site']:.2f} s a site; busy cores {told['cores_busy']:.2f}",
        *(f"  {deed}" for deed in outcome.course.done_deeds),
    ]
    if outcome.reasons:
        found.append(
            "  interruptions: "
            + ", ".join(f"{reason} {count}" for reason, count in outcome.reasons.most_common())
        )
    for demand in outcome.demands:
        found.append(f"  {'kept' if demand.kept else 'BROKEN':<7} {demand.name}: {demand.told}")
        found += [f"            {one}" for one in demand.wrong[:_SHOWN]]
        if len(demand.wrong) > _SHOWN:
            found.append(f"            and {len(demand.wrong) - _SHOWN} more")
    if not outcome.harms:
        found += projection(told)
    return found + (lines(outcome.beside) if outcome.beside else [])


def figures(outcome: Outcome) -> dict[str, Any]:
    """给程序看"""
    course = outcome.course
    seconds = max(course.seconds, 0.001)
    return {
        "name": outcome.name,
        "machine": machine(),
        "sites": outcome.sites,
        "workers": outcome.options["workers"],
        "concurrency": outcome.options["concurrency"],
        "delay": outcome.options["delay"],
        "requests": outcome.requests,
        "requests_a_site": outcome.requests / outcome.sites,
        "megabytes": outcome.sent / 2**20,
        "snapshots": outcome.snapshots,
        "runs": outcome.runs,
        "seconds": seconds,
        "sites_an_hour": outcome.sites / seconds * 3600,
        "sites_an_hour_steady": steady_rate(course),
        "cpu": course.meter.cpu,
        "cpu_a_site": course.meter.cpu / outcome.sites,
        "cores_busy": course.meter.cpu / seconds,
        "most_memory": max((one.memory for one in course.meter.samples), default=0) / 2**20,
        "faults": bool(outcome.harms),
        "median_run": median(outcome.lasted) if outcome.lasted else 0.0,
        "mean_run": fmean(outcome.lasted) if outcome.lasted else 0.0,
        "deeds": course.done_deeds,
        "interruptions": dict(outcome.reasons),
        "demands": [
            {"name": one.name, "told": one.told, "kept": one.kept, "wrong": one.wrong[:100]}
            for one in outcome.demands
        ],
        "beside": figures(outcome.beside) if outcome.beside else None,
    }


def steady_rate(course: Course) -> float:
    """平稳速率 Sites an hour between a tenth and nine tenths of them done: without start and last stragglers."""
    inside = [one for one in course.points if course.sites * 0.1 <= one.done <= course.sites * 0.9]
    if len(inside) < 2 or inside[-1].at <= inside[0].at:
        return 0.0
    return (inside[-1].done - inside[0].done) / (inside[-1].at - inside[0].at) * 3600


def projection(told: dict[str, Any], sites: int = COUNTRY, hours: float = NIGHT_HOURS) -> list[str]:
    """推算 How many machines `sites` take in `hours`: by CPU, and by the pace that each host sets."""
    found = [
        f"  projection to {sites} sites in {hours:g} hours, machines (by CPU for 2, 4, 8 cores; by pace of 0.5 s with 20 sites at a time each):"
    ]
    for requests in (round(told["requests_a_site"]), 300, 1000):
        by_cpu = ", ".join(
            f"{machines_by_cpu(told, sites, hours, requests, cores):.1f}" for cores in (2, 4, 8)
        )
        by_pace = machines_by_pace(told, sites, hours, requests, delay=0.5, at_once=20)
        found.append(f"    {requests:>4} requests a site: {by_cpu}; {by_pace:.1f}")
    return found


def machines_by_cpu(told: Mapping[str, Any], sites: int, hours: float, requests: float, cores: int) -> float:
    """按 CPU CPU seconds grow with the requests of a site; `USE` of each core is for the program."""
    seconds = sites * told["cpu_a_site"] * requests / told["requests_a_site"]
    return float(seconds / (hours * 3600 * cores * USE))


def machines_by_pace(
    told: Mapping[str, Any], sites: int, hours: float, requests: float, *, delay: float, at_once: int
) -> float:
    """按节奏 A site lasts as long as its pace asks, and what it took here beyond that once more."""
    beyond = max(0.0, told["mean_run"] - told["requests_a_site"] * told["delay"])
    return float(sites * (requests * delay + beyond) / (hours * 3600 * at_once))


def machine() -> str:
    """本机"""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    usable = len(os.sched_getaffinity(0))
    return (
        f"{platform.system()} {platform.machine()}, {usable} cores, {memory:.0f} GB, Python {platform.python_version()}, "
        f"load {os.getloadavg()[0]:.1f} at the end"
    )
