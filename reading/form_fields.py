"""表单项 Fields a visitor fills in: not those of a search box, nor what leads to another page."""

import re
from itertools import islice

from model import LinkPlace
from reading.places import Places
from reading.tree import Node, beginning

_KINDS = frozenset({"text", "password", "email", "tel", "file", "radio"})
_SEARCH = re.compile(r"search|sousuo|jiansuo|\bso\b|/s\?|query\b", re.I)
_SEARCH_WORD = re.compile(r"^\W{0,3}(?:站内|全站|高级|智能|信息|一键)?(?:搜\s?索|检\s?索|查\s?询|搜)\W{0,3}$")
KEYWORD = re.compile(r"^(?:q|wd|kw|key_?words?|keyboard|search\w{0,12}|query\w{0,8}|s_?key)$", re.I)
_JUMP = re.compile(r"location|window\.open|\.href|jump|goto|gopage", re.I)
_MOST, _BOX_FIELDS, _LONGEST = 300, 3, 300


def fields_of(root: Node, places: Places) -> int:
    """表单项数 How many fields of a page ask something of its visitor; none in header, menus and footer."""
    boxes: dict[Node, bool] = {}
    count = 0
    for node in islice(root.iter("input", "textarea", "select"), _MOST):
        kind = (node.get("type") or "text").lower()
        if kind not in _KINDS or places.of(node) is not LinkPlace.OTHER:
            continue
        if node.tag == "select" and leads_on(node):
            continue
        form = next(node.iterancestors("form"), None)
        if form is None:
            count += not KEYWORD.match(node.get("name") or node.get("id") or "")
            continue
        if form not in boxes:
            boxes[form] = _searches(form)
        count += not boxes[form]
    return count


def leads_on(select: Node) -> bool:
    """跳转选择 Whether choosing leads to another page: friendly links, the pages of a list."""
    if _JUMP.search((select.get("onchange") or "")[:_LONGEST]):
        return True
    values = [option.get("value") or "" for option in islice(select.iter("option"), 3)]
    return any(value.startswith(("http://", "https://")) for value in values)


def _searches(form: Node) -> bool:
    """Whether a form is a search box: called or labelled so, of few fields, with nothing to write or hand in."""
    texts = words = 0
    for field in islice(form.iter("input", "textarea", "button", "a"), _MOST):
        kind = (field.get("type") or "text").lower()
        if field.tag == "textarea" or kind in ("password", "file"):
            return False
        if field.tag in ("button", "a") or kind in ("submit", "button", "image"):
            said = (field.get("value") or field.get("alt") or "") + beginning(field)[:20]
            words += _SEARCH_WORD.match(said) is not None
        elif kind in _KINDS:
            texts += 1
            words += KEYWORD.match(field.get("name") or field.get("id") or "") is not None
    names = " ".join(form.get(name) or "" for name in ("action", "name", "id", "class"))[:_LONGEST]
    return texts <= _BOX_FIELDS and (words > 0 or _SEARCH.search(names) is not None)
