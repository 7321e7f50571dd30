"""表单 The forms a visitor may fill in: search boxes, letters, applications, logins, with or without a `<form>`.

A content system may wrap the whole page in one form, and a script may send fields that stand in none: search boxes
are therefore told field by field there, and what is left is one form.
"""

import re
from collections.abc import Iterable
from itertools import islice

from model import PageForm
from reading.form_fields import KEYWORD, leads_on
from reading.tree import Node, beginning, squeeze

_TEXTS = frozenset({"text", "search", "email", "tel", "number", "date", "url"})
_CHOICES = frozenset({"radio", "checkbox"})
_SENDING = frozenset({"submit", "button", "image"})
_SEARCH_FIELD = re.compile(r"search|sousuo|jiansuo|^sword$|key_?words?|^(?:sw|kw_temp|keyword\w*)$", re.I)
_SEARCH_HINT = re.compile(r"搜索|检索|搜一搜|关键[字词]|要找的|查找")
_SEARCH_NAME = re.compile(r"search|sousuo|jiansuo|jrobot|jsearch|/was5/|/so\b", re.I)
_SEARCH_WORD = re.compile(r"搜\s*索|检\s*索|^搜$|站内查询|全文查询")
_NO_SEARCH = re.compile(r"密\s*码|流水号|受理编?号|查询[码号]|信件编号|登录|邮箱|身份证")
_ERROR_REPORT = re.compile(r"错别|纠错|找错|出错|页面错误")
_APPLICATION = re.compile(
    r"依申请|公开申请|申请公开|申请人|所需(?:的)?(?:政府)?信息|信息的?(?:用途|获取方式)"
)
_APPLICATION_NAME = re.compile(r"ysqgk|yisq|sqgk|openapply|applyopen|apply_?open", re.I)
_LETTER = re.compile(r"信件|写信|来信|留言|咨询|建议|建言|投诉|诉求|问政|信箱|反馈|意见")
_LETTER_NAME = re.compile(
    r"leader_?mail|guest_?book|mail_?box|letter|liuyan|xinxiang|consult|zixun|message|suggest", re.I
)
_LOGIN = re.compile(r"登\s*录|登\s*陆|login|sign_?in", re.I)
_WHOLE_PAGE = ("__VIEWSTATE", "__EVENTTARGET")
_MOST, _MOST_FORMS, _NEAR, _LABEL, _TEXT = 300, 20, 3, 40, 200


class _Gathered:
    """What one form holds, as it is come upon."""

    def __init__(self, node: Node | None) -> None:
        self.node = node
        self.fields: list[Node] = []
        self.hidden: list[str] = []


def forms_of(root: Node) -> tuple[PageForm, ...]:
    """表单 Every form with something to fill in, in page order, at most twenty."""
    found: dict[Node | None, _Gathered] = {}
    for node in islice(root.iter("input", "textarea", "select"), _MOST):
        kind = _kind(node)
        if kind is None:
            continue
        form = next(node.iterancestors("form"), None)
        one = found.setdefault(form, _Gathered(form))
        if kind == "hidden":
            one.hidden.append(node.get("name") or "")
        else:
            one.fields.append(node)
    made: list[PageForm] = []
    for one in found.values():
        if len(made) >= _MOST_FORMS:
            break
        made.extend(_forms(one))
    return tuple(made[:_MOST_FORMS])


def _kind(node: Node) -> str | None:
    """text, password, file, choice or hidden; None for buttons and for choices that only lead to other pages."""
    if node.tag == "textarea":
        return "long"
    if node.tag == "select":
        return None if leads_on(node) else "choice"
    kind = (node.get("type") or "text").strip().lower()
    if kind in _SENDING or kind == "reset":
        return None
    if kind in _CHOICES:
        return "choice"
    return kind if kind in ("password", "file", "hidden") else "text"


def _forms(one: _Gathered) -> Iterable[PageForm]:
    if not one.fields:
        return
    loose = one.node is None or any(name in _WHOLE_PAGE for name in one.hidden)
    if not loose:
        yield _form(one.node, one.fields, None)
        return
    rest = []
    for field in one.fields:
        if _seeks(field):
            yield _form(one.node, [field], "search", near=True)
        else:
            rest.append(field)
    if any(_kind(field) != "choice" for field in rest):
        yield _form(one.node, rest, None, near=True)


def _form(form: Node | None, fields: list[Node], use: str | None, near: bool = False) -> PageForm:
    buttons = _buttons_near(fields) if near or form is None else _buttons_in(form)
    labels = list(dict.fromkeys(word for field in fields for word in _labels(field)))
    labels += [word for button in buttons if (word := _said(button)) and word not in labels]
    text = " ".join(labels)[:_TEXT].strip()
    named = "" if form is None else " ".join(form.get(name) or "" for name in ("action", "name", "id"))[:300]
    boxes = {(field.get("name"), _kind(field)) if _kind(field) == "choice" else field for field in fields}
    return PageForm(
        use=use or _use(fields, text, named),
        action=("" if form is None else (form.get("action") or ""))[:300].strip(),
        method=("GET" if form is None else (form.get("method") or "GET")).strip().upper()[:8] or "GET",
        fields=len(boxes),
        submit=bool(buttons),
        text=text,
    )


def _use(fields: list[Node], text: str, named: str) -> str:
    """What a form is for. Long text makes it a letter or an application; few fields and a search word a search box."""
    kinds = [_kind(field) for field in fields]
    written = sum(kind in ("text", "long") for kind in kinds)
    if "long" not in kinds and "file" not in kinds:
        if "password" in kinds and written <= 3:
            return "login" if _LOGIN.search(text + " " + named) or not _NO_SEARCH.search(text) else "other"
        if (
            not _NO_SEARCH.search(text)
            and written
            and (
                any(_seeks(field) for field in fields)
                or _SEARCH_NAME.search(named)
                or _SEARCH_WORD.search(text)
            )
        ):
            return "search"
    if written < 2:
        return "other"
    if _APPLICATION.search(text) or _APPLICATION_NAME.search(named):
        return "application"
    if _ERROR_REPORT.search(text):
        return "other"
    if "long" in kinds and (_LETTER.search(text) or _LETTER_NAME.search(named)):
        return "letter"
    return "other"


def _seeks(field: Node) -> bool:
    """Whether a text field is a search box by its own name or by what it says inside."""
    if _kind(field) != "text":
        return False
    hint = " ".join(field.get(name) or "" for name in ("placeholder", "value", "title"))[:100]
    if _NO_SEARCH.search(hint):
        return False
    if _SEARCH_HINT.search(hint):
        return True
    names = [field.get(name) or "" for name in ("name", "id")]
    return any(KEYWORD.match(name) or _SEARCH_FIELD.search(name[:60]) for name in names if name)


def _labels(field: Node) -> list[str]:
    """What a visitor reads at a field: its hint, else the words around it."""
    words = [squeeze(field.get(name) or "")[:_LABEL] for name in ("placeholder", "title", "aria-label")]
    if field.tag == "input" and _kind(field) == "text":
        words.append(squeeze(field.get("value") or "")[:_LABEL])
    around: Node | None = field
    for _ in range(_NEAR):
        around = around.getparent() if around is not None else None
        if around is None or around.tag in ("form", "body"):
            break
        said = squeeze(beginning(around)) if around.tag != "select" else ""
        if said:
            words.append(said[:_LABEL])
            break
    return [word for word in words if word]


def _buttons_in(form: Node) -> list[Node]:
    return [node for node in islice(form.iter("input", "button", "a"), _MOST) if _sends(node)][:5]


def _buttons_near(fields: list[Node]) -> list[Node]:
    """Buttons around the last fields: without a form nothing else ties a button to what it sends."""
    around = fields[-1]
    for _ in range(_NEAR):
        parent = around.getparent()
        if parent is None or parent.tag in ("body", "html"):
            break
        around = parent
        buttons = [node for node in islice(around.iter("input", "button", "a"), 40) if _sends(node)]
        if buttons:
            return buttons[:5]
    return []


def _sends(node: Node) -> bool:
    if node.tag == "input":
        return (node.get("type") or "").strip().lower() in _SENDING
    if node.tag == "button":
        return (node.get("type") or "submit").strip().lower() != "reset"
    return node.get("onclick") is not None or (node.get("href") or "").lstrip()[:11].lower() == "javascript:"


def _said(button: Node) -> str:
    return squeeze((button.get("value") or button.get("alt") or "") + " " + beginning(button)[:_LABEL])[:20]
