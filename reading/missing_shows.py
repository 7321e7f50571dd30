"""缺页所示 What a page shows beside its text: films, frames, objects, pictures and files, as prints to be compared.

A page that shows a thing which the host's answer for made-up addresses does not have is not that answer.
"""

from collections.abc import Iterable
from typing import NamedTuple
from zlib import crc32

from model import LinkPlace, LinkRelation
from reading.address import ATTACHMENT_SUFFIX
from reading.view import Linked

_MEDIA = frozenset({"video", "audio", "source", "track", "object", "embed", "iframe", "frame"})
_PICTURES = frozenset({"img", "source"})
_ASIDE = frozenset(
    {LinkPlace.FOOTER, LinkPlace.NAVIGATION, LinkPlace.HEADER, LinkPlace.CRUMBS, LinkPlace.HIDDEN}
)
_MOST = 200


class Shows(NamedTuple):
    """所示 CRC-32 of the addresses: of what plays, opens or is framed, and of pictures, these without their query."""

    media: frozenset[int] = frozenset()
    pictures: frozenset[int] = frozenset()

    @property
    def kept(self) -> tuple[int, ...]:
        """留存 All of them in order, as far as they are kept with a signature."""
        return tuple(sorted(self.media | self.pictures)[:_MOST])

    def beyond(self, known: tuple[int, ...] | None) -> bool:
        """另有所示 Whether it shows what `known` does not. None: what is there was not looked at; pictures say nothing."""
        return bool(self.media) if known is None else not (self.media | self.pictures) <= set(known)


def shows_of(links: Iterable[Linked]) -> Shows:
    """取所示 Of a page's links those that show something in its own part, its menus, head and foot left out."""
    media, pictures = set(), set()
    for link in links:
        if not link.url or link.place in _ASIDE or link.relation is LinkRelation.COMMENTED:
            continue
        if link.tag == "img" or (link.tag in _PICTURES and link.relation is LinkRelation.IMAGE):
            pictures.add(crc32(link.url.partition("?")[0].encode("utf-8", "replace")))
        elif link.tag in _MEDIA or ATTACHMENT_SUFFIX.search(link.url.partition("?")[0]):
            media.add(crc32(link.url.encode("utf-8", "replace")))
    return Shows(frozenset(media), frozenset(pictures))
