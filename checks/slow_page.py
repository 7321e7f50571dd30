"""页面加载过慢 Pages take longer to come than they may.

何为问题: 页面加载时间不宜超过 3 秒（47 号文件附件）。
怎样测量: 只计网页文件本身从发出请求到收完最后一个字节的时间，图片、样式、脚本和绘制都不计，所以是加载时间的下限；首页两次读取都超过，或所读页面至少 20 个且超过的所占比例大于允许值（且至少 5 个），才认定。
反例: 首页两次读取分别用时 4200 和 3900 毫秒，限 3000 毫秒；40 个页面中 12 个超过。
正例: 首页用时 3000 毫秒，恰在限内；两次读取一次超过、一次未超过的不认定。
局限: 只在一处网络、一段时间内测得，与访问者所在网络不同；首页只读到一次而超过、所读页面不足 20 个、首页由浏览器绘制而未计时的，只提请人工核实；未超过不等于整页加载不超过。
"""

from collections.abc import Iterator
from decimal import Decimal

from pydantic import Field

import model
from model import Evidence, Hit, Moment, NoSubject, Observation, PageFacts, PageKind, Purpose, Subject, Unsure

SUBJECT = Subject.OBSERVATION
NEEDS: frozenset[str] = frozenset()
ENOUGH = 20  # pages that tell how a site as a whole answers
CHANCE = 5  # fewer slow ones may be chance: our own network, a busy minute
MOST_EVIDENCE = 8


class Params(model.Params):
    """参数 `ms` of one page, `share` of pages that may take longer; `home_only`."""

    ms: int = Field(default=3000, ge=1)
    share: Decimal = Field(default=Decimal(0), ge=0, lt=1)
    home_only: bool = True


def judge(subject: Observation, params: Params, moment: Moment) -> Iterator[Hit | Unsure | NoSubject]:
    """判定 At most one answer, on the home page or on all pages."""
    pages = [page for page in subject.pages if page.outcome.observed]
    homes = [page for page in pages if page.purpose is Purpose.HOME or page.kind is PageKind.HOME]
    looked = homes if params.home_only else pages
    timed = [page for page in looked if page.elapsed_ms is not None]
    if not timed:
        if params.home_only or pages:
            yield _answer(Unsure, "unmeasured", looked, looked[:1], params, subject)
        else:
            yield NoSubject()
        return
    slow = sorted(
        (page for page in timed if (page.elapsed_ms or 0) > params.ms),
        key=lambda page: (-(page.elapsed_ms or 0), page.url),
    )
    if not slow:
        return
    if params.home_only:
        every = len(slow) == len(timed) >= 2
        yield _answer(
            Hit if every else Unsure, "home" if every else "home_once", timed, slow, params, subject
        )
    elif Decimal(len(slow)) / len(timed) > params.share:
        enough = len(timed) >= ENOUGH and len(slow) >= CHANCE
        case = "pages" if enough else "few_pages"
        yield _answer(Hit if enough else Unsure, case, timed, slow, params, subject)


def _answer(
    answer: type[Hit],
    case: str,
    timed: list[PageFacts],
    slow: list[PageFacts],
    params: Params,
    observation: Observation,
) -> Hit:
    figures = [page.elapsed_ms or 0 for page in slow]
    best = str(min(figures)) if figures else None
    of_pages = case in ("pages", "few_pages")
    return answer(
        message_id=f"check.slow_page.{case}",
        params={
            "ms": params.ms,
            "seen": "、".join(str(one) for one in figures[:MOST_EVIDENCE]),
            "slow": len(slow),
            "pages": len(timed),
            "share": f"{params.share * 100:.0f}%",
        },
        evidence=tuple(
            Evidence(
                snapshot_id=page.snapshot_id,
                url=page.final_url,
                quote=f"{page.elapsed_ms} ms" if page.elapsed_ms is not None else "-",
                shows="page_time",
            )
            for page in slow[:MOST_EVIDENCE]
        ),
        locus="home" if params.home_only else "pages",
        url=slow[0].final_url if slow else observation.site.home,
        measured=None if case == "unmeasured" else f"{len(slow)}/{len(timed)}" if of_pages else best,
        allowed=str(params.ms),
    )
