"""有动作的地址 Addresses that do something when they are asked for: delete, log out, vote. They are never asked.

Told by the words an address is made of, where a program answers it: a page called `/vote/2024.html` shows a vote and
casts none. To leave out one too many costs a look; to ask one too many may cost somebody's work.
"""

import re
from functools import lru_cache
from urllib.parse import unquote

_ENDS = [
    "delete",
    "del",
    "remove",
    "destroy",
    "logout",
    "logoff",
    "signout",
    "signoff",
    "loginout",
    "unsubscribe",
    "unfollow",
]
_LEAVES = frozenset({"logout", "logoff", "signout", "signoff"})
_DOES = [
    "exit",
    "quit",
    "vote",
    "praise",
    "digg",
    "dig",
    "zan",
    "dianzan",
    "like",
    "unlike",
    "submit",
    "save",
    "insert",
    "update",
    "modify",
    "edit",
    "cancel",
    "add",
    "addfavorite",
    "addfavorites",
    "addfav",
    "addfava",
    "favorite",
    "fav",
    "stow",
    "toupiao",
    "tijiao",
    "shanchu",
    "tuichu",
]
_ALONE = frozenset(
    {"exit", "quit", "praise", "digg", "zan", "dianzan", "submit", "save", "shanchu", "tuichu"}
)
_READS = frozenset(
    [
        "list",
        "lists",
        "view",
        "show",
        "detail",
        "details",
        "index",
        "result",
        "results",
        "query",
        "search",
        "info",
        "page",
        "guide",
        "find",
        "get",
        "load",
    ]
)
_ENDING, _DOING = frozenset(_ENDS), frozenset(_DOES)
_NAMES = frozenset(
    [
        "action",
        "act",
        "ac",
        "do",
        "method",
        "m",
        "op",
        "opt",
        "oper",
        "operate",
        "operation",
        "cmd",
        "command",
        "a",
        "func",
        "function",
        "handler",
        "task",
        "event",
        "enews",
        "dopost",
    ]
)
_GLANCE = re.compile("|".join(["log-?_?o", "sign-?_?o", *sorted({*_ENDS, *_DOES}, key=len)]), re.I)
_PROGRAM = re.compile(r"\.(?:do|action|jspx?|php\d?|aspx?|ashx|cgi|asmx|jhtml|json|api)$", re.I)
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_JOINED = re.compile(r"\b(log|sign)[-_]?(out|off)\b", re.I)
_NUMBER = re.compile(r"[\w\-]{0,40}\d[\w\-]{0,40}$")
_SAYS = re.compile(
    r"\W{0,3}(?:删\s?除|移除|退\s?出(?:登录|系统|账号)?|注\s?销(?:登录)?|安全退出|取消(?:关注|收藏|订阅|点赞|赞)?|退订|点赞|赞|顶|踩|"
    r"(?:我要)?投票|投(?:他|她|它)?一票|收藏|加入收藏|提交|保存|delete|remove|log\s?out|sign\s?out|unsubscribe|vote)\W{0,3}(?:\d{1,8}\W{0,3})?",
    re.I,
)
_PAGES = (".html", ".htm", ".shtml")
_LONGEST = 2000


def acts(url: str, anchor: str = "") -> bool:
    """有否动作 Whether asking for the address may change something; `anchor`: the words that lead to it."""
    if url.endswith(_PAGES):
        return False
    return _acts(url[:_LONGEST]) or bool(anchor and _SAYS.fullmatch(anchor) and _is_answered(url))


def _is_answered(url: str) -> bool:
    """Whether a program answers, to a question about something: then the words of the link are believed."""
    path, asked, _ = url.partition("?")
    return bool(asked) and _PROGRAM.search(path) is not None


@lru_cache(maxsize=16384)
def _acts(url: str) -> bool:
    if not _GLANCE.search(url):
        return False
    rest = _JOINED.sub(r"\1\2", unquote(url.partition("://")[2]))
    place, _, query = rest.partition("?")
    segments = place.partition(";")[0].split("/")[1:]
    return _path_acts(segments, bool(query)) or any(_asks_to(one) for one in query.split("&")[:50])


def _path_acts(segments: list[str], asked: bool) -> bool:
    name = next((one for one in reversed(segments) if one), "")
    whole = name.lower()
    if whole in _LEAVES or (segments and segments[-1] and whole in _ENDING | _ALONE):
        return True
    if asked and whole in _ALONE:
        return True
    if _PROGRAM.search(name):
        return _do(_PROGRAM.sub("", name))
    above = segments[-2].lower() if len(segments) > 1 else ""
    return above in _ENDING and _NUMBER.match(name) is not None and name == segments[-1]


def _asks_to(pair: str) -> bool:
    name, _, value = pair.partition("=")
    return name.lower() in _ENDING or (name.lower() in _NAMES and _do(value))


def _do(said: str) -> bool:
    """Whether a name says to do something: `userDelete`, `del_news`, `saveLetter`; not `voteList`."""
    words = [word.lower() for word in _WORDS.findall(said)]
    if not words or _READS & set(words):
        return False
    return bool(_ENDING & set(words)) or words[0] in _DOING or "".join(words) in _DOING | _ENDING
