"""主机名 What no host name may hold, and cells in which more than one address stands."""

import re
import unicodedata

import ada_url

from model import Fault

# A bare word is only taken for an address of its own under an ending like these: `a,b.html` in a path is none.
_ENDING = r"(?:cn|com|net|org|gov|edu|中国|政务|公益|公司|网络)"
_SCHEME = r"(?:https?://)"
_PARTS = re.compile(r"[\s、，,;；|｜\\和与及]+")  # no slash: folders may be named like hosts
_ADDRESS = re.compile(rf"^{_SCHEME}?[\w-]+(?:[.。][\w-]+)*[.。]{_ENDING}(?::\d+)?(?:/.*)?$", re.I)
_GLUED = re.compile(rf"[.。]{_ENDING}(?=www[.。]|https?:)", re.I)
_IN_LABELS = frozenset("-_")
_LONGEST, _LONGEST_LABEL = 253, 63


def refuse_several(text: str) -> None:
    """一格一址 Raises Fault when more than one address stands in the text, whatever parts them. Queries are left aside."""
    bare = text.partition("?")[0].partition("#")[0]
    found = [part for part in _PARTS.split(bare) if _ADDRESS.match(part)]
    if len(found) > 1 or len(re.findall(_SCHEME, bare, re.I)) > 1 or _GLUED.search(bare):
        raise Fault("fault.url_several", text=text)


def refuse_no_host(host: str, shown: str) -> None:
    """核对主机名 Raises Fault for a host, as a browser writes it, with what no label of a name may hold, or too long a one."""
    if host.startswith("["):  # an address of numbers
        return
    for label in ada_url.idna_to_unicode(host.removesuffix(".")).split("."):
        wrong = next((char for char in label if not _may_stand(char)), None)
        if wrong is not None:
            raise Fault("fault.host_character", text=shown, character=wrong)
    if any(not 0 < len(label) <= _LONGEST_LABEL for label in host.removesuffix(".").split(".")):
        raise Fault("fault.url_invalid", text=shown)
    if len(host) > _LONGEST:
        raise Fault("fault.url_invalid", text=shown)


def _may_stand(char: str) -> bool:
    """Letters and marks of any script, figures, the hyphen; and the underscore, which some hosts have against the rules."""
    return char in _IN_LABELS or unicodedata.category(char)[0] in "LMN"
