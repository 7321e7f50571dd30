"""Small sites made from a rule's own parameters: one that has what the rule demands, and ones that lack it."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from checks.missing_element import Element
from checks.report_years import due_on, due_year
from checks.spans import due_spans, first_day, last_day, span_name
from model import CheckModule, Named, Rule, Topic
from model.site import ColumnKind, bare_name

Case = dict[str, Any]
CASES = Path(__file__).parents[2] / "fixtures" / "checks"
FILLERS = ("县情风光", "本地天气", "交通地图", "友好城市", "历史沿革", "旅游美食")
PADDING = "本县位于省境东南部，山川秀丽，气候宜人，物产丰富，民风淳朴，四季分明，交通便利。" * 6
VALUES = {
    "any": "见正文所列各项",
    "phone": "0851-25782065",
    "email": "a@x.gov.cn",
    "address": "某县城关镇人民路1号",
    "hours": "8:30-12:00",
}
TAG_VALUES = {"SiteIDCode": "5203250001", "PubDate": "2021-01-13 09:30"}


class Worlds(NamedTuple):
    """世界 Sites that have what the rule demands, sites read whole that lack it, and the day of both."""

    has: list[Case]
    lacks: list[Case]
    at: str


Maker = Callable[[Rule, Any, date], Worlds]


def worlds_of(rule: Rule, check: CheckModule, today: date) -> Worlds:
    """两种网站 Both kinds of sites for a rule. Raises KeyError for a check nobody made sites for."""
    params = check.Params.model_validate(rule.params)
    made = (MAKERS | BORROWED)[rule.check](rule, params, today)
    return made._replace(
        has=[site_for(rule, case) for case in made.has], lacks=[site_for(rule, case) for case in made.lacks]
    )


def site_for(rule: Rule, case: Case) -> Case:
    """适用的网站 The case on a site of a kind, level and name that the rule is for."""
    scope = rule.applies_to
    kind = scope.site_kinds[0] if scope.site_kinds else case.get("site", {}).get("kind", "portal")
    level = scope.levels[-1] if scope.levels else case.get("site", {}).get("level", "county")
    own: Case = {"kind": str(kind), "level": str(level)}
    if scope.functions:
        own["name"] = f"某地{scope.functions[0]}局"
    return {**case, "site": {**case.get("site", {}), **own}}


def row(day: date, title: str) -> str:
    return f"{day.isoformat()} {title}"


def filler(topics: Iterator[Topic] | tuple[Topic, ...] = (), today: date = date(2021, 1, 1)) -> list[Case]:
    """Columns of nothing in particular, read to their end."""
    words = [bare_name(word) for topic in topics for word in (*topic.columns, *topic.titles)]
    names = [name for name in FILLERS if not any(word in name for word in words)][:4]
    taken = {kind for topic in topics for kind in topic.kinds}
    kind = "overview" if ColumnKind.OTHER in taken else "other"
    return [
        {
            "name": name,
            "kind": kind,
            "complete": True,
            "items": [row(today - timedelta(days=40 + n), f"{name}之{n}") for n in range(2)],
        }
        for name in names
    ]


def place_of(topic: Topic, default: str = "资料汇编") -> Case:
    """The column of a topic, read to its end; of one that is known by its kind, under a name that tells nothing."""
    kind = topic.kinds[0] if topic.kinds else "other"
    names = [default] if topic.kinds else [*topic.columns, default]
    name = next(name for name in names if not any(bare_name(bar) in bare_name(name) for bar in topic.without))
    return {"name": name, "kind": str(kind), "complete": True, "items": []}


def title_of(topic: Topic, number: int = 0) -> str:
    """A row title of the topic, as a site would write it."""
    for word in topic.titles or (f"第{number + 1}件",):
        if not any(bare_name(bar) in bare_name(word) for bar in topic.without):
            return f"{word}（{number + 1}）"
    raise AssertionError(f"{topic.name}: every title is shut out by its own `without`")


def whole(*columns: Case | str, topics: tuple[Topic, ...] = (), **more: Any) -> Case:
    """A site read whole: fillers and these columns; the home page as a browser drew it."""
    return {"home": {"rendered": True}, "columns": [*filler(topics), *columns], **more}


def merged(columns: list[Case]) -> list[Case]:
    """Columns of one name are one column."""
    found: dict[str, Case] = {}
    for column in columns:
        old = found.setdefault(column["name"], {**column, "items": []})
        old["items"] = [*old["items"], *column["items"]]
    return list(found.values())


def blank(column: Case) -> Case:
    return {**column, "items": [], "blank": True}


def _material(rule: Rule, params: Any, today: date) -> Worlds:
    columns = []
    for topic in params.groups:
        rows = [row(today - timedelta(days=3), title_of(topic, n)) for n in range(params.at_least)]
        columns.append({**place_of(topic), "items": rows})
    has = whole(*merged(columns), topics=params.groups)
    lacks = [whole(topics=params.groups)]
    for number in range(len(params.groups)):
        # Words may serve several groups: what is taken away are all rows that would do for this one.
        words = [bare_name(word) for word in params.groups[number].titles]
        rest = [
            {**column, "items": [item for item in column["items"] if not _holds(item, words)]}
            for place, column in enumerate(columns)
            if place != number
        ]
        if params.groups[number].titles and len(params.groups) > 1:
            lacks.append(whole(*merged(rest), topics=params.groups))
    if params.within is not None:
        old = [
            {**column, "items": [row(date(2009, 1, 5), item.partition(" ")[2]) for item in column["items"]]}
            for column in columns
        ]
        lacks.append(whole(*merged(old), topics=params.groups))
    return Worlds([has], lacks, today.isoformat())


def _holds(item: str, words: list[str]) -> bool:
    return any(word in bare_name(item) for word in words)


def _list(rule: Rule, params: Any, today: date) -> Worlds:
    topics = tuple(topic for topic in (params.where, params.source) if topic is not None)
    wanted = params.expected or tuple(Named(name=name) for name in ("甲类备案管理", "乙类资质认定"))
    fixed = []
    if params.source is not None:
        items = [row(today, one.name) for one in wanted]
        own = params.source.titles[0] if params.source.titles else place_of(params.source, "目录")["name"]
        fixed.append({**place_of(params.source, "目录"), "name": own, "items": items})
    if params.where is not None:
        place = {**place_of(params.where, "汇总"), "form": "list"}
        items = [row(today, one.name) for one in wanted]
        has = whole(*fixed, {**place, "items": items}, topics=topics)
        if params.among == "columns":
            has = whole(
                *fixed,
                {**place, "children": [one.name for one in wanted]},
                *({"name": one.name, "level": 2} for one in wanted),
                topics=topics,
            )
        lacks = whole(*fixed, {**place, "items": [row(today, "风光摄影展")]}, topics=topics)
    else:
        columns = [{"name": one.name, "level": 2} for one in wanted]
        has, lacks = whole(*fixed, *columns, topics=topics), whole(*fixed, topics=topics)
    return Worlds([has], [lacks], today.isoformat())


def _template(rule: Rule, params: Any, today: date) -> Worlds:
    kind = str(params.root_kinds[0]) if params.root_kinds else "other"
    root: Case = {"name": params.root.name, "kind": kind, "form": "landing"}
    home = {"rendered": True, "links": [_link(root["name"], f"http://x.gov.cn/{root['name']}/")]}
    page: Case = {
        "url": f"{root['name']}/",
        "kind": "landing",
        "rendered": True,
        "menu": [{"name": child.name} for child in params.children],
        "links": [{"url": "a/", "anchor": "首页"}],
    }
    has = whole(root, pages=[page]) | {"home": home}
    lacks = []
    if params.children:
        lacks.append(whole(root, pages=[{**page, "menu": []}]) | {"home": home})
        for number in range(len(params.children)):
            menu = [entry for place, entry in enumerate(page["menu"]) if place != number]
            lacks.append(whole(root, pages=[{**page, "menu": menu}]) | {"home": home})
    if params.exact and params.root.also:
        other = {**root, "name": params.root.also[0]}
        lacks.append(whole(other, pages=[{**page, "url": f"{other['name']}/"}]))
    if params.order:
        lacks.append(whole(root, pages=[{**page, "menu": page["menu"][::-1]}]) | {"home": home})
    if params.on_home:
        lacks.append(whole(root, pages=[page]))
    return Worlds([has], [*lacks, whole()], today.isoformat())


def _entry(rule: Rule, params: Any, today: date) -> Worlds:
    ways: list[Case] = [{"links": [_link(name)]} for name in params.names]
    ways += [{"links": [_link("", f"http://{address}/")]} for address in params.addresses]
    if params.form:
        ways.append({"forms": [{"use": params.form, "action": "/s", "fields": 1, "submit": True}]})
    if params.where is None:
        has = [whole() | {"home": {"rendered": True, **way}} for way in ways]
        return Worlds(has, [whole()], today.isoformat())
    column = {**place_of(params.where), "form": "landing"}
    page = {"url": f"{column['name']}/", "kind": "landing", "rendered": True, "text": PADDING}
    has = [whole(column, pages=[{**page, **way}], topics=(params.where,)) for way in ways]
    bare = {**page, "links": [_link("工作规则")]}
    return Worlds(has, [whole(column, pages=[bare], topics=(params.where,))], today.isoformat())


def _link(words: str, url: str = "http://x.gov.cn/go/") -> Case:
    relation = "internal" if "x.gov.cn" in url else "external"
    return {"url": url, "raw": url, "anchor": words or "入口", "relation": relation}


def _column(rule: Rule, params: Any, today: date) -> Worlds:
    inside = params.within == "disclosure"
    wanted = {"name": params.name, "kind": str(params.kind), "in_disclosure": inside}
    around: list[Case | str] = []
    if inside:
        other = "on_request" if params.kind is not ColumnKind.ON_REQUEST else "guide"
        around = [
            {"name": "政府信息公开", "kind": "disclosure", "in_disclosure": True},
            {"name": "其他板块", "kind": other, "in_disclosure": True},
        ]
    return Worlds([whole(*around, wanted)], [whole(*around)], today.isoformat())


def _gap(rule: Rule, params: Any, today: date) -> Worlds:
    due = _due(params, today)
    titles = {span: f"{_told(span, params.every)}{title_of(params.topic, 0)[:-3]}" for span in due}
    days = {span: min(last_day(span, params.every) + timedelta(days=9), today) for span in due}
    place = place_of(params.topic)
    rows = [row(days[span], titles[span]) for span in reversed(due)]
    has = whole({**place, "items": rows}, topics=(params.topic,))
    lacks = [whole(topics=(params.topic,))]
    for gone in due:
        rest = [row(days[span], titles[span]) for span in reversed(due) if span != gone]
        if rest:
            lacks.append(whole({**place, "items": rest}, topics=(params.topic,)))
    return Worlds([has], lacks, today.isoformat())


def _due(params: Any, today: date) -> list[int]:
    return [
        span
        for span in due_spans(params.every, params.span, params.lag, today, params.begins)
        if (params.since is None or first_day(span, params.every) >= params.since)
        and (params.until is None or last_day(span, params.every) <= params.until)
    ]


def _told(span: int, every: str) -> str:
    year, _, part = span_name(span, every).replace("Q", "-").replace("H", "-").partition("-")  # type: ignore[arg-type]
    return {
        "month": f"{year}年{part.lstrip('0')}月",
        "quarter": f"{year}年第{part}季度",
        "half": f"{year}年{'上' if part == '1' else '下'}半年",
        "year": f"{year}年度",
    }[every]


def _duty(rule: Rule, params: Any, today: date) -> Worlds:
    year = ""
    if params.yearly:
        raise AssertionError("no pack has a yearly duty; make a site for it here")
    first = params.issued or params.due - timedelta(days=60)
    place = place_of(params.topic)
    title = f"{year}{title_of(params.topic)}"
    has = whole({**place, "items": [row(first + timedelta(days=7), title)]}, topics=(params.topic,))
    late = whole({**place, "items": [row(today - timedelta(days=1), title)]}, topics=(params.topic,))
    return Worlds([has], [whole(topics=(params.topic,)), late], today.isoformat())


def _element(rule: Rule, params: Any, today: date) -> Worlds:
    place = place_of(params.topic)
    title = title_of(params.topic)

    def site(elements: list[Element]) -> Case:
        text = [f"{one.name}：{VALUES[one.value]}；{'此外另有说明' * 20}" for one in elements]
        page = {"url": f"t/{title}.html", "title": title, "text": [*text, PADDING], "dated": today}
        return whole({**place, "items": [row(today, title)]}, pages=[page], topics=(params.topic,))

    return Worlds([site(list(params.elements))], [site([])], today.isoformat())


def _stale(rule: Rule, params: Any, today: date) -> Worlds:
    place = place_of(params.topic)
    fresh = {**place, "items": [row(today - timedelta(days=1), title_of(params.topic))]}
    old = {**place, "items": [row(date(2009, 1, 5), title_of(params.topic))]}
    topics = (params.topic,)
    return Worlds([whole(fresh, topics=topics)], [whole(old, topics=topics)], today.isoformat())


def _stale_column(rule: Rule, params: Any, today: date) -> Worlds:
    kinds = rule.applies_to.column_kinds or (ColumnKind.NEWS,)

    def site(day: date) -> Case:
        items = [row(day - timedelta(days=n), f"第{n + 1}条") for n in range(3)]
        columns = [{"name": str(kind), "kind": str(kind), "complete": True, "items": items} for kind in kinds]
        return {"home": {"rendered": True}, "columns": columns}

    old = earliest_silent(params.period, today)
    return Worlds([site(today)], [site(old), site(date(2009, 1, 5))], today.isoformat())


def earliest_silent(period: Any, today: date) -> date:
    """The newest day that is one too old."""
    day = today
    while period.after(day) >= today:
        day -= timedelta(days=1)
    return day


def _zombie(rule: Rule, params: Any, today: date) -> Worlds:
    barred = {*params.ask_kinds, *params.except_top_kinds, *rule.applies_to.except_kinds}
    choice = rule.applies_to.column_kinds or (ColumnKind.FINANCE, ColumnKind.PLANNING, ColumnKind.STATISTICS)
    kind = next(kind for kind in choice if kind not in barred)
    fresh = {
        "name": "财政信息",
        "kind": str(kind),
        "complete": True,
        "items": [row(today, "甲")],
        "blank": False,
    }
    dead = blank(fresh) if params.kind == "blank" else {**fresh, "items": [row(date(2009, 1, 5), "甲")]}
    has, lacks = ({"home": {"rendered": True}, "columns": [one]} for one in (fresh, dead))
    return Worlds([has], [lacks], today.isoformat())


def _meta(rule: Rule, params: Any, today: date) -> Worlds:
    value = params.values[0] if params.values else TAG_VALUES.get(params.tag, "某县人民政府")
    kinds = {"every": ("list", "article", "article"), "column": ("list",) * 3, "article": ("article",) * 3}
    bare = [{"title": f"页{n}", "kind": kind} for n, kind in enumerate(kinds[params.pages])]
    good = [{**page, "meta": {params.tag.lower(): value}} for page in bare]
    return Worlds([whole(pages=good)], [whole(pages=bare)], today.isoformat())


def _guide(rule: Rule, params: Any, today: date) -> Worlds:
    common = ("事项名称", "办理窗口电话", "监督电话", "办理形式", "服务对象", "结果名称")
    wanted = {name for one in params.elements for name in one.names}
    padding = [{"name": name, "text": "甲"} for name in common if name not in wanted]
    full = [{"name": one.name, "text": "乙"} for one in params.elements]

    def site(guide: list[Case]) -> Case:
        return whole(pages=[{"title": "残疾人证办理办事指南", "guide": guide, "text": PADDING}])

    return Worlds([site([*full, *padding])], [site(padding)], today.isoformat())


def _reply(rule: Rule, params: Any, today: date) -> Worlds:
    def site(day: date) -> Case:
        column = {
            "name": "县长信箱",
            "kind": str(params.kinds[0]),
            "complete": True,
            "items": [row(day, "甲")],
        }
        page = {
            "url": "县长信箱/",
            "kind": "list",
            "messages": [{"title": "甲", "asked": day - timedelta(days=5), "answered": day}],
        }
        return whole(column, pages=[page])

    return Worlds(
        [site(today), site(earliest_silent(params.period, today) + timedelta(days=1))],
        [site(earliest_silent(params.period, today))],
        today.isoformat(),
    )


def _letter(rule: Rule, params: Any, today: date) -> Worlds:
    asked = today - timedelta(days=200)

    def site(**answer: Any) -> Case:
        column = {"name": "县长信箱", "kind": str(params.kinds[0]), "items": [row(asked, "路灯不亮")]}
        letter = {"title": "路灯不亮", "url": "http://x.gov.cn/t/1.html", "asked": asked, **answer}
        return whole(column, pages=[{"url": "县长信箱/", "kind": "list", "messages": [letter]}])

    good = site(answered=asked + timedelta(days=1), state="已办结")
    return Worlds([good], [site(state="待回复")], today.isoformat())


def _report(rule: Rule, params: Any, today: date) -> Worlds:
    year = due_year(params.due, today)
    title = f"某县{year}年政府信息公开工作年度报告"
    text = [f"{number}、{heading.name}" for number, heading in enumerate(params.headings, 1)]
    text += [f"本报告统计期限为{year}年1月1日至{year}年12月31日。", *(PADDING for _ in range(8))]

    def site(day: date, words: list[str]) -> Case:
        column = {
            "name": "信息公开年报",
            "kind": "annual_report",
            "complete": True,
            "items": [row(day, title)],
        }
        page = {"url": f"t/{title}.html", "title": title, "text": words, "dated": day}
        return whole(column, pages=[page])

    due = due_on(year, params.due)
    missing = whole({"name": "政府信息公开", "kind": "disclosure", "form": "landing"})
    lacks = {
        "missing": missing,
        "late": site(due + timedelta(days=1), text),
        "headings": site(due, text[len(params.headings) :]),
        "copied": site(due, [line.replace(f"{year}年", f"{year - 1}年") for line in text]),
    }[params.fault]
    return Worlds([site(due, text)], [lacks], today.isoformat())


def _pairs(rule: Rule, params: Any, today: date) -> Worlds:
    first, second = place_of(params.first), place_of(params.second)
    what = [title_of(topic)[:-3] for topic in (params.first, params.second)]

    def site(before: int, after: int | None) -> Case:
        ones = {**first, "items": [row(today - timedelta(days=before), f"《某某钢厂退出方案》{what[0]}")]}
        others = {**second, "items": []}
        if after is not None:
            others["items"] = [row(today - timedelta(days=after), f"《某某钢厂退出方案》{what[1]}")]
        return whole(*merged([ones, others]), topics=(params.first, params.second))

    # Without a limit nobody can say that the second will not come; only the wrong order is a fault.
    lacks = [site(200, 300)] if params.within is None else [site(200, 300), site(300, None)]
    return Worlds([site(300, 200)], lacks, today.isoformat())


def _attributes(rule: Rule, params: Any, today: date) -> Worlds:
    title = "关于印发某办法的通知"
    kind = str(params.kinds[0]) if params.kinds else "other"
    name = params.columns[0] if params.columns else "政策文件"
    all_told: Case = {
        "index_number": "a/7",
        "document_number": "某政发〔2020〕5号",
        "issuer": "某县人民政府",
        "topic": "综合政务",
        "validity": "有效",
        "made_on": today - timedelta(days=30),
        "published_on": today - timedelta(days=20),
        "effective_on": today - timedelta(days=20),
        "openness": "主动公开",
    }

    def site(document: Case) -> Case:
        column = {"name": name, "kind": kind, "items": [row(today - timedelta(days=20), title)]}
        page = {"url": f"t/{title}.html", "text": PADDING, "document": document}
        return whole(column, pages=[page], site={"organiser": "某县人民政府"})

    lacks = [
        site({key: value for key, value in all_told.items() if key != lost}) for lost in params.attributes
    ]
    return Worlds([site(all_told)], lacks, today.isoformat())


def _marks(rule: Rule, params: Any, today: date) -> Worlds:
    shown = {
        "conac": "blue",
        "error_report": "5203250001",
        "site_code": "5203250001",
        "icp": "黔ICP备05000001号",
        "police": "52032502000001",
        "organiser": "某县人民政府",
        "contact": "0851-25782065",
        "ipv6": "本网站支持IPv6",
        "accessibility": "无障碍浏览",
        "elderly": "长者版",
    }
    rest = {name: value for name, value in shown.items() if name != params.mark}
    has, lacks = ({"home": {"rendered": True, "marks": marks}} for marks in (shown, rest))
    return Worlds([has], [lacks], today.isoformat())


def _dead(rule: Rule, params: Any, today: date) -> Worlds:
    """Links of the kind and at the place that the rule is about; of those it is not about nothing is said."""
    scope = rule.applies_to
    link = {
        "relation": str(scope.relations[0] if scope.relations else "internal"),
        "on_home": scope.on_home is not False,
    }
    # each look a night after the one before, over as many days as the rule asks for
    nights = max(params.min_attempts, params.days or 0)
    gone = [f"404 gone @{24 * night} r{night}" for night in range(nights)]
    return Worlds(
        [
            {"link": {**link, "tries": ["200 ok"]}},
            {"link": {**link, "tries": [*gone[1:], f"200 ok @{24 * nights} r{nights}"]}},
        ],
        [{"link": {**link, "tries": gone}}],
        today.isoformat(),
    )


def _turned(rule: Rule, params: Any, today: date) -> Worlds:
    """A link to another site that opens as it should, and one for each thing that it may have turned into."""
    link = {"relation": str(rule.applies_to.relations[0]), "url": "http://www.y.com/"}
    lacks = [{"tried": "200 ok", "turned": {"kind": kind, "quote": "某些字样"}} for kind in params.turned]
    return Worlds(
        [{"link": {**link, "tries": ["200 ok"]}}],
        [{"link": {**link, "tries": [one]}} for one in lacks],
        today.isoformat(),
    )


def _repeal(rule: Rule, params: Any, today: date) -> Worlds:
    """The list of repealed ones stands among the notices, as it mostly does."""
    title = f"关于公布规范性文件清理结果和{params.lists.titles[0]}部分文件的决定"
    lost = "关于印发某县供水管理办法的通知"

    def site(validity: str) -> Case:
        column = {
            "name": "通知公告",
            "kind": "notices",
            "complete": True,
            "items": [row(date(2020, 12, 1), title)],
        }
        listing = {
            "url": f"t/{title}.html",
            "title": title,
            "dated": date(2020, 12, 1),
            "text": [f"经研究，决定{params.lists.titles[0]}下列文件：", f"1.《{lost}》（某政发〔2012〕5号）"],
        }
        head = {"document_number": "某政发〔2012〕5号", "index_number": "a/1", "validity": validity}
        page = {"url": "2.html", "title": lost, "text": "某县供水管理办法全文。", "document": head}
        return whole(column, pages=[listing, page])

    return Worlds([site(f"已{params.marks[0]}")], [site("有效")], "2021-11-16")


MAKERS: dict[str, Maker] = {
    "dead_link": _dead,
    "missing_site_mark": _marks,
    "unmarked_repeal": _repeal,
    "faulty_annual_report": _report,
    "list_mismatch": _list,
    "missing_column": _column,
    "missing_document_attribute": _attributes,
    "missing_element": _element,
    "missing_entry": _entry,
    "missing_guide_element": _guide,
    "missing_material": _material,
    "missing_page_meta": _meta,
    "overdue_duty": _duty,
    "period_gap": _gap,
    "stale_column": _stale_column,
    "stale_material": _stale,
    "stale_reply": _reply,
    "template_mismatch": _template,
    "turned_link": _turned,
    "unanswered_letter": _letter,
    "unpaired_items": _pairs,
    "zombie_column": _zombie,
}


def borrowed(rule: Rule, params: Any, today: date) -> Worlds:
    """借用的网站 For checks whose parameters name nothing of a site: the sites of their own cases, that ask for the same fault."""
    cases = yaml.safe_load((CASES / f"{rule.check}.yaml").read_text("utf-8"))
    own = rule.params
    marks = ("fault", "between", "mark", "need")

    def fitting(part: str) -> list[Case]:
        found = list(cases.get(part, {}).values())
        return [
            case
            for case in found
            if all(
                mark not in own or case.get("params", {}).get(mark, own[mark]) == own[mark] for mark in marks
            )
        ]

    has = fitting("pass") or list(cases["pass"].values())
    return Worlds(has, fitting("fail") or fitting("unsure"), "")


def _dates(rule: Rule, params: Any, today: date) -> Worlds:
    """A crowd is as large as the rule says; the other faults name no figure that a site must reach."""
    if params.fault != "crowded":
        return borrowed(rule, params, today)

    def site(rows: int) -> Case:
        items = [row(date(2021, 1, 9), f"第{number}件") for number in range(rows)]
        return whole({"name": "工作动态", "kind": "news", "items": [*items, row(date(2020, 6, 1), "往事")]})

    return Worlds([site(params.crowd - 1)], [site(params.crowd)], "")


def is_ripe(rule: Rule, params: Any, today: date) -> bool:
    """可判之日 Whether the duty has begun by that day."""
    if rule.check == "period_gap":
        return bool(_due(params, today))
    if rule.check == "faulty_annual_report":
        return due_year(params.due, today) >= (params.from_year or 0)
    since = getattr(params, "since", None)
    return since is None or since <= today


BORROWED: dict[str, Maker] = dict.fromkeys(
    (
        "duplicate_item",
        "faulty_attachment",
        "identity_conflict",
        "imprecise_page_time",
        "irregular_domain",
        "late_document",
        "missing_annex",
        "missing_channel",
        "missing_site_report",
        "no_ipv6",
        "slow_page",
        "stale_home",
        "unannounced_exit",
        "unpaired_interpretation",
        "unreachable_site",
        "weak_tls",
    ),
    borrowed,
) | {"implausible_date": _dates}
