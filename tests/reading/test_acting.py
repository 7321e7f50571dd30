"""Addresses that do something are never asked, and are told as not asked; pages that only bear such names are asked."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from model import (
    ColumnDirectory,
    CrawlReport,
    FetchOutcome,
    LinkRelation,
    Moment,
    Period,
    Purpose,
    Rank,
    Site,
    Snapshot,
)
from reading import Guide, observe, read
from reading.acting import acts

HOME = "http://rsj.example/"
AT = datetime(2021, 1, 13, 1, tzinfo=UTC)

ACTING = [
    ("/do/delete.do?id=5", "删除"),
    ("/user/logout", "退出"),
    ("/user/logout/", ""),
    ("/user/log-out", ""),
    ("/sign_out.jsp", ""),
    ("/userLogout.action", ""),
    ("/list.jsp?action=delete&id=3", ""),
    ("/admin.do?method=del&id=3", "×"),
    ("/admin.do?id=3&method=doDelete", ""),
    ("/article!delete.action?id=1", ""),
    ("/news/delNews.asp?id=1", ""),
    ("/news/del_news.asp?id=1", ""),
    ("/news/remove/15", ""),
    ("/vote.do?id=7", "投票"),
    ("/vote/saveVote.jsp?option=2", "投他一票"),
    ("/index.php?m=vote&a=vote&id=9", ""),
    ("/digg_ajax.php?action=good&id=3", "顶"),
    ("/e/public/digg/?classid=1&id=5&dotop=1", "顶一下"),
    ("/e/member/doaction.php?enews=exit", "退出"),
    ("/praise.action?id=2", ""),
    ("/mail/unsubscribe?u=1", "退订"),
    ("/letter/submit.do", ""),
    ("/cart?op=update", ""),
    ("/plus/stow.php?aid=3", "收藏"),
    ("/member.aspx?do=addFavorite&id=3", ""),
    ("/s.jsp?delete=5", ""),
    ("/op.do?t=3&id=5", "取消关注"),
    ("/op.do?t=3&id=5", " 点赞(12) "),
]
PLAIN = [
    ("/vote/2024.html", "投票"),
    ("/vote/", "投票"),
    ("/vote/2024/index.html", "我要投票"),
    ("/zwgk/delete/t20210101_1.html", "删除"),
    ("/delete/", ""),
    ("/voteList.jsp", "投票"),
    ("/voteResult.do?id=4", "结果"),
    ("/vote/show.jsp?id=3", "投票活动"),
    ("/list.jsp?action=list&id=3", ""),
    ("/article.do?method=view&id=3", "关于取消收费的通知"),
    ("/index.php?m=content&c=index&a=lists&catid=3", ""),
    ("/delegate.do?id=3", ""),
    ("/model.jsp?id=3", ""),
    ("/like-minded/a.jsp?id=3", ""),
    ("/address.jsp", ""),
    ("/info.do?title=delete", ""),
    ("/search.jsp?q=logout", ""),
    ("/logout-notice.html", "退出"),
    ("/zwfw/zhuxiao.html", "注销"),
    ("/content.jsp?id=5", "取消农业税的决定"),
    ("/content.jsp?id=5", "企业注销"),
    ("/images/del.png", ""),
    ("/js/vote.js", ""),
    ("/wsbs/tc/", "退出"),
]


@pytest.mark.parametrize(("path", "anchor"), ACTING)
def test_it_acts(path: str, anchor: str) -> None:
    assert acts(f"http://www.x.gov.cn{path}", anchor)


@pytest.mark.parametrize(("path", "anchor"), PLAIN)
def test_it_only_shows(path: str, anchor: str) -> None:
    assert not acts(f"http://www.x.gov.cn{path}", anchor)


BODY = (
    "<div class='nav'><a href='/user/logout'>退出</a><a href='/zwgk/'>政务公开</a></div>"
    "<p><a href='/do/delete.do?id=5'>删除</a><a href='/op.do?id=5'>点赞</a><a href='/vote/1.html'>投票</a></p>"
    "<img src='/i/del.do?id=1'><script src='/s/remove.jsp'></script><td onclick=\"location.href='/k/del.do?id=2'\">删</td>"
    "<a href='http://y.cn/del.do?id=1'>删除</a><a href='http://y.cn/b.html'>乙</a><a href='http://n:w@y.cn/'>密</a><a href='http://y.cn/login.html'>登录</a><!-- <a href='/c/del.do?id=3'>删</a> -->"
)
NEVER = (
    "/user/logout",
    "/do/delete.do?id=5",
    "/op.do?id=5",
    "/i/del.do?id=1",
    "/s/remove.jsp",
    "/k/del.do?id=2",
    "/c/del.do?id=3",
)


def test_nobody_asks_for_it_and_it_is_told_as_not_asked(
    snapshot: Callable[..., Snapshot], directory: ColumnDirectory, report: CrawlReport
) -> None:
    site, moment = Site(home=HOME), Moment(as_of=AT)
    shot = snapshot(HOME, 1, purpose=Purpose.HOME, rank=Rank.HOME, outcome=FetchOutcome.OK)
    due: list[str] = []

    def wanted(url: str) -> bool:
        due.append(url)
        return True

    made = Guide(site, directory, moment, Period(days=400), True, due=wanted)
    led = {lead.url for lead in made.step(shot, BODY.encode()).leads}
    assert led >= {f"{HOME}zwgk/", f"{HOME}vote/1.html", "http://y.cn/b.html"}
    assert led.isdisjoint({HOME.rstrip("/") + path for path in NEVER} | {"http://y.cn/del.do?id=1"})
    assert due == ["http://y.cn/b.html", "http://y.cn/login.html"], "nor is its turn taken from another crawl"
    told = observe(site, moment, "r", [(shot, read(shot, BODY.encode(), site, directory))], report, directory)
    reasons = {link.url.removeprefix(HOME.rstrip("/")): link.not_asked for link in told.links}
    assert {url for url, why in reasons.items() if why == "acts"} == {
        *NEVER,
        "http://y.cn/del.do?id=1",
        "http://n:w@y.cn/",
    }
    assert all(link.attempts == () for link in told.links)
    assert {link.relation for link in told.links} >= {LinkRelation.IMAGE, LinkRelation.STYLE}
