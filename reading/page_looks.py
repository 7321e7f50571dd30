"""页面相貌 What kind of page a title, a breadcrumb and the number of boxes speak for, whatever its address."""

import re
from collections.abc import Mapping, Sequence

from model.site import bare_name
from reading.address import is_placeholder

_HOME_GROUPS = 20
_SENTENCE = 14  # Chinese characters
_HAN = re.compile(r"[\u4e00-\u9fff]")
_SITE_NAME = re.compile(r"(?:政府|门户|网站?|网站群|平台|委员会|局|厅|部|处|办公室|中心|办事处|公开)$")
_DETAIL = frozenset(
    {
        "正文",
        "详情",
        "详细",
        "详细内容",
        "详细信息",
        "信息详细",
        "信息内容",
        "内容详情",
        "文章内容",
        "信件详情",
        "来信详情",
        "信件内容",
    }
)
_PARTS = re.compile(r"\s*[-_|—–]+\s*")


def looks_home(title: str, meta: Mapping[str, str], crumbs: Sequence[str], groups: int) -> bool:
    """像首页 A page titled with nothing but the site's name, in no column, with a home page's number of boxes."""
    name = bare_name(title)
    if not name or crumbs or meta.get("columnname", "") not in ("", "首页") or groups < _HOME_GROUPS:
        return False
    told = bare_name(meta.get("sitename", ""))
    return name == told if told else bool(_SITE_NAME.search(name)) and len(_PARTS.split(title.strip())) == 1


def looks_document(title: str, meta: Mapping[str, str], crumbs: Sequence[str]) -> bool:
    """像文章 A page whose title says what a document is about, and is neither a column's nor the site's name."""
    first = _PARTS.split(title.strip())[0]
    if len(_HAN.findall(first)) < _SENTENCE or "<" in first or is_placeholder(first):
        return False
    if _SITE_NAME.search(bare_name(first)):
        return False
    names = {bare_name(name) for name in (*crumbs, meta.get("columnname", ""), meta.get("sitename", ""))}
    return bare_name(first) not in names


def below_column(title: str, meta: Mapping[str, str], crumbs: Sequence[str]) -> bool:
    """在栏目之下 The page names no column as its own, its breadcrumb goes on below it, or its title says 详情."""
    if _PARTS.split(title.strip())[0] in _DETAIL:
        return True
    own = bare_name(meta.get("columnname", ""))
    return not own or (
        bool(crumbs) and bare_name(crumbs[-1]) != own and own in {bare_name(n) for n in crumbs}
    )
