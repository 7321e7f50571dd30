"""制发机关 Whether a document is the site's own: others' are shown as they came, and their days are not its doing."""

import re
import weakref
from collections import Counter

from checks.articles import Article, articles_of
from checks.titles import LABEL
from model import Observation
from model.site import bare_name

PASSED_ON = re.compile(r"(?:转发|批转|转印|印转|翻印|转载)")
_PLACE = re.compile(
    r"[\u4e00-\u9fff]{2,10}?(?:自治[州县旗]|[省市州县区旗盟镇乡])|[\u4e00-\u9fff][市县区旗镇乡]"
)
_OFFICE = re.compile(r"(?:政府)?(?:门户)?(?:官方)?网站?$")
_AGENCY = r"[\u4e00-\u9fff]{0,28}(?:政府|办公室|办公厅|委员会|国务院|常委会|厅|局|部|委|中心|院|署|会|党组|银行|集团|公司)"
_TITLED = re.compile(rf"^\s*({_AGENCY})\s*(?:等.{{1,10}})?(?:关于|印发|公布|发布|公告|通告)")
_DAY = r"(?:(?:19|20)\d\d\s?年|二[〇○零OＯ0]|(?:19|20)\d\d[-./]\d)"
_SIGNED = re.compile(rf"^[ \t\u3000]*({_AGENCY})[ \t\u3000]*\n\s*{_DAY}", re.M)
_STATE = re.compile(r"^(?:国(?:发|办|函|令|务院)|中(?:发|办|委|共中央)|厅字)|部发|部令|部函|部办|省政府|省委")
_ABOVE = re.compile(r"^(?:中华人民共和国|全国人|国务院|中共中央|[\u4e00-\u9fff]{2,8}?(?:省|自治区)(?!级))")
_LEVELS = frozenset("省市州县区旗盟镇乡")
_KNOWN: dict[int, frozenset[str]] = {}  # how the numbers of own documents begin, for observations in use


def is_own(observation: Observation, article: Article) -> bool | None:
    """是否本机关制发 Whether the agency of the site made it, or one of the place a government's site is for; None: nobody can tell.

    What passes on another's document, and what its title, its signature or its number says to be another's, is
    not made its own by a head that names who put it there.
    """
    names = _names(observation)
    issuer = bare_name(article.issuer or "")
    if not names or not issuer or PASSED_ON.search(article.title):
        return None
    told = [issuer, *_told(article)]
    above = _ABOVE.match(LABEL.sub("", article.title))
    if not all(_is_of(names, who) for who in told):
        return False
    if above and not any(above[0] in name for name in names):
        return False
    return _by_number(observation, article, names)


def _by_number(observation: Observation, article: Article, names: list[str]) -> bool | None:
    number = article.number
    if number is None:
        return True
    if _STATE.search(number) and not any(_STATE.search(name) or "省" in name for name in names):
        return False
    usual = _usual(observation, names)
    return True if not usual or number[0] in usual else None


def _usual(observation: Observation, names: list[str]) -> frozenset[str]:
    """The first characters (清 of 清政发) that most of the documents bear whose title or signature names this place."""
    key = id(observation)
    if key not in _KNOWN:
        own: Counter[str] = Counter()
        shown: Counter[str] = Counter()  # by a head, which names who put it there as well
        for article in articles_of(observation).all:
            if article.number is None or PASSED_ON.search(article.title):
                continue
            told = _told(article)
            if told and all(_is_of(names, who) for who in told):
                own[article.number[0]] += 1
            elif not told and article.issuer and _is_of(names, bare_name(article.issuer)):
                shown[article.number[0]] += 1
        counts = own or shown
        most = max(counts.values(), default=0)
        _KNOWN[key] = frozenset(first for first, count in counts.items() if count == most)
        weakref.finalize(observation, _KNOWN.pop, key, None).atexit = False
    return _KNOWN[key]


def _told(article: Article) -> list[str]:
    """Agencies that the document itself names: in its title, and where it is signed and dated."""
    titled = _TITLED.match(LABEL.sub("", article.title))
    signed = _SIGNED.findall(article.page.text)
    return [bare_name(who) for who in (*((titled[1],) if titled else ()), *signed[-1:])]


def _names(observation: Observation) -> list[str]:
    home, site = observation.home, observation.site
    mark = home.marks.organiser if home is not None else None
    names = [bare_name(name) for name in (site.organiser, mark.value if mark else None, site.name) if name]
    return [_OFFICE.sub("", name) for name in names]


def _is_of(names: list[str], who: str) -> bool:
    """Whether an agency is one of those, or one of the place whose government they are."""
    if any(len(name) >= 4 and (name in who or who in name) for name in names):
        return True
    governments = [
        name.partition("人民政府")[0] for name in names if "人民政府" in name or _PLACE.fullmatch(name)
    ]
    places = [found[-1] for name in governments if (found := _PLACE.findall(name))]
    here = "" if "总局" in who else who[:1]  # 县教育局 is of this county, 市场监管总局 of no city
    return any(place in who or (here == place[-1] and here in _LEVELS) for place in places)
