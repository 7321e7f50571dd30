"""元数据 What a page's head says of itself, and the parts of it that nobody filled in."""

from collections.abc import Mapping

from reading.address import PLACEHOLDER

_WORDS = {
    "sitename": ("网站名称", "站点名称"),
    "sitedomain": ("网站域名", "站点域名"),
    "siteidcode": ("政府网站标识码", "网站标识码", "标识码"),
    "columnname": ("栏目名称",),
    "columntype": ("栏目类型", "栏目类别"),
    "columndescription": ("栏目描述", "栏目简介", "栏目说明"),
    "columnkeywords": ("栏目关键词", "栏目关键字"),
    "articletitle": ("文章标题", "信息标题", "内容标题"),
    "pubdate": ("发布日期", "发布时间", "信息发布日期"),
    "contentsource": ("信息来源", "文章来源", "稿件来源", "内容来源"),
    "author": ("作者", "信息作者"),
    "url": ("网址", "链接地址", "信息地址"),
    "image": ("图片地址", "图片"),
}  # what the guide to the standard metas prints beside each name, and templates are delivered with
SITE_WIDE = frozenset({"sitename", "sitedomain", "siteidcode"})  # the same on every page of a site
_LONGEST = 300  # characters looked at for template syntax
_SIGNS = ("$", "{", "<", "[", "@", "__", "%")


def unfilled_metas(meta: Mapping[str, str]) -> tuple[str, ...]:
    """未填元数据 Names of metas that still hold the template's own words or its syntax, in page order.

    `meta` maps lower-case names to contents. An empty content is not among them: it may be meant.
    """
    return tuple(name for name, content in meta.items() if content and _is_unfilled(name, content))


def _is_unfilled(name: str, content: str) -> bool:
    if content.strip("[]【】{}$<> ") in _WORDS.get(name, ()):
        return True
    head = content[:_LONGEST]
    return any([sign in head for sign in _SIGNS]) and PLACEHOLDER.search(head) is not None
