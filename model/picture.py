"""重绘 A picture of a page drawn from the archive: what is to be drawn and outlined, and what came of it."""

from model.frozen import Frozen


class PictureAsk(Frozen):
    """待绘 One page and the place on it: the link to `href`, else the element that holds `quote`. `caption`: lines beneath."""

    id: str
    url: str
    content_type: str | None = None  # as the server said; None: it did not say
    body: bytes
    href: str = ""
    quote: str = ""
    caption: tuple[str, ...] = ()


class Picture(Frozen):
    """页面图 PNGs of the page and of the outlined place. `reason`: why there is none, a text `picture.<reason>`.

    `marked`: the place was found. `hidden`: it was, and a visitor sees nothing of it. `cut`: the page is longer than is drawn;
    `beyond`: the place is further down, on `detail` alone.
    """

    id: str
    page: bytes | None = None
    detail: bytes | None = None
    marked: bool = False
    hidden: bool = False
    cut: bool = False
    beyond: bool = False
    reason: str | None = None
