"""制发机关 Whether a document is the site's own: others' are shown as they came, and their days are not its doing."""

import re

from checks.articles import Article
from model import Observation
from model.site import bare_name

_PLACE = re.compile(
    r"[\u4e00-\u9fff]{2,10}?(?:自治[州县旗]|[省市州县区旗盟镇乡])|[\u4e00-\u9fff][市县区旗镇乡]"
)
_OFFICE = re.compile(r"(?:政府)?(?:门户)?(?:官方)?网站?$")


def is_own(observation: Observation, article: Article) -> bool | None:
    """是否本机关制发 Whether the agency of the site made it, or one of the place a government's site is for; None: nobody can tell."""
    issuer = article.issuer or ""
    home, site = observation.home, observation.site
    mark = home.marks.organiser if home is not None else None
    names = [bare_name(name) for name in (site.organiser, mark.value if mark else None, site.name) if name]
    names = [_OFFICE.sub("", name) for name in names]
    who = bare_name(issuer)
    if not names or not who:
        return None
    if any(len(name) >= 4 and (name in who or who in name) for name in names):
        return True
    governments = [
        name.partition("人民政府")[0] for name in names if "人民政府" in name or _PLACE.fullmatch(name)
    ]
    places = [_PLACE.findall(name) for name in governments]
    return any(found and found[-1] in who for found in places)
