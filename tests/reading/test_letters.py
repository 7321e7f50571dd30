"""留言 Letters and answers, from tables with a head, rows that name their dates, and single letters."""

from collections.abc import Callable

from model import Message, PageFacts

LIST = "http://rsj.example/hdjl/index.html"
ONE = "http://rsj.example/hdjl/content/post_266386.html"
Facts = Callable[..., PageFacts]


def told(found: tuple[Message, ...]) -> list[tuple[str, str | None, str | None, str | None, str | None]]:
    return [
        (
            message.title,
            str(message.asked.value) if message.asked.value else None,
            str(message.answered.value) if message.answered.value else None,
            message.answered_by,
            message.state,
        )
        for message in found
    ]


HEADS = ("信件标题", "来信时间", "回复时间", "回复单位", "办理状态")
ROWS = [
    ("关于公交线路的建议", "2020-12-01", "2020-12-05", "交通局", "已办结"),
    ("小区供暖问题反映", "2020-12-20", "", "", "办理中"),
    ("社保卡什么时候能领", "2021-01-11 09:20", "2021-01-12", "人社局", "已办结"),
]
WANTED = [
    ("关于公交线路的建议", "2020-12-01", "2020-12-05", "交通局", "已办结"),
    ("小区供暖问题反映", "2020-12-20", None, None, "办理中"),
    ("社保卡什么时候能领", "2021-01-11", "2021-01-12", "人社局", "已办结"),
]


def cells(row: tuple[str, ...], number: int, tag: str) -> str:
    title, *rest = row
    linked = f'<{tag}><a href="/hdjl/content/post_{number}.html">{title}</a></{tag}>'
    return linked + "".join(f"<{tag}>{cell}</{tag}>" for cell in rest)


def test_a_table_with_a_head(facts: Facts) -> None:
    rows = "".join(f"<tr>{cells(row, 100 + n, 'td')}</tr>" for n, row in enumerate(ROWS))
    heads = "".join(f"<th>{head}</th>" for head in HEADS)
    found = facts(f"<body><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></body>", LIST)
    assert told(found.messages) == WANTED
    assert found.messages[0].url == "http://rsj.example/hdjl/content/post_100.html"
    assert found.messages[1].answered.reason == "no_date_shown"


def test_columns_made_of_lists(facts: Facts) -> None:
    rows = "".join(f"<ul class='row'>{cells(row, 100 + n, 'li')}</ul>" for n, row in enumerate(ROWS))
    heads = "".join(f"<li>{head}</li>" for head in HEADS)
    found = facts(f"<body><div><ul class='head'>{heads}</ul>{rows}</div></body>", LIST)
    assert told(found.messages) == WANTED


def test_rows_below_a_head_of_its_own(facts: Facts) -> None:
    rows = "".join(f"<li>{cells(row, 100 + n, 'span')}</li>" for n, row in enumerate(ROWS))
    heads = "".join(f"<span>{head}</span>" for head in HEADS)
    found = facts(f"<body><div><div class='head'>{heads}</div><ul>{rows}</ul></div></body>", LIST)
    assert told(found.messages) == WANTED


def test_rows_that_name_their_dates(facts: Facts) -> None:
    rows = "".join(
        f"<li><a href='/hdjl/content/post_{n}.html'>{title}</a><p>留言时间：{asked}</p><p>答复时间：{answered}</p></li>"
        for n, (title, asked, answered, _, _) in enumerate(ROWS, 100)
    )
    found = facts(f"<body><ul>{rows}</ul></body>", LIST)
    assert told(found.messages) == [
        (title, asked, answered, None, None) for title, asked, answered, _, _ in WANTED
    ]


def test_one_letter_with_its_labels(facts: Facts) -> None:
    """As 广东侨网 shows them: the letter's dates beside the page's own."""
    found = facts(
        "<h1>办理三侨生证</h1><p>时间：2020-08-21 来源：某网</p><p>标题：办理证明</p><p>留言时间：2020-08-17 16:34:37</p>"
        "<p>答复时间：2020-08-21 17:16:28</p><p>留言内容：您好，请问怎么办理？</p><p>回 复：您好，请到窗口办理。</p>",
        ONE,
    )
    assert told(found.messages) == [("办理证明", "2020-08-17", "2020-08-21", None, None)]
    assert found.dated is not None and str(found.dated.value) == "2020-08-21"


def test_a_letter_in_a_table(facts: Facts) -> None:
    found = facts(
        "<table><tr><td>主题</td><td>路灯不亮</td><td>写信时间</td><td>2020年12月15日</td></tr>"
        "<tr><td>受理单位</td><td>城管局</td><td>处理状态</td><td>未回复</td></tr><tr><td>回复时间</td><td></td></tr></table>",
        ONE,
    )
    assert told(found.messages) == [("路灯不亮", "2020-12-15", None, "城管局", "未回复")]


def test_nothing_is_made_up(facts: Facts) -> None:
    form = (
        "<form><p>留言时间</p><input name='a'><p>来信标题：</p><input name='b'><p>回复单位：请选择</p></form>"
    )
    news = "<h1>留言办理通报</h1><p>截至2020年12月1日，来信时间最长的一件已经办结，办结时间比规定提前。</p>"
    several = "<p>留言时间：2020-12-01</p><p>你好</p><p>留言时间：2020-12-03</p><p>在吗</p>"
    empty = "<table><tr><th>标题</th><th>来信时间</th><th>回复时间</th></tr></table>"
    for html in (form, news, several, empty, "<p>正文</p>"):
        assert facts(f"<body>{html}</body>", ONE).messages == (), html
