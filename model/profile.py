"""网站特征 What is known of one host: how it is built and how it answers. Learned by audits, corrected by people."""

from datetime import datetime

from model.crawl import FetchOutcome
from model.frozen import Frozen


class TextPrint(Frozen):
    """文字指纹 Length in characters and 64-bit simhash (16 hex digits) of what a page says beside its menus.

    Numbers, addresses and white space are left out of both.
    """

    length: int
    simhash: str


class MissingSignature(Frozen):
    """缺页特征 How the host answered for a made-up address in `folder` (a site-relative path that ends in /).

    `outcome` gone: it says so honestly; ok and soft404: `title` and `text` are what its pages for missing
    addresses look like (`text` None: the answer is no sign of a missing page, it may be any page's);
    redirected_home: it sends the reader to the home page or shows it. `shows`: prints (CRC-32) of the films,
    frames, pictures and files it shows; None: not looked at.
    """

    folder: str
    outcome: FetchOutcome
    status: int | None = None
    title: str = ""
    text: TextPrint | None = None
    shows: tuple[int, ...] | None = None
    final_path: str = ""
    snapshot_id: str | None = None
    learned_at: datetime | None = None


class BrowserShape(Frozen):
    """需浏览器的地址形态 A shape of addresses (digits as `#`) with rows seen without and with a browser on a sample."""

    shape: str
    static_rows: int
    rendered_rows: int
    example: str


class SiteProfile(Frozen):
    """网站特征 All that is known of one host. None and (): not learned.

    `first_page` is the number that the address of a list's second page bears (1 at TRS WCM, 2 at 开普云).
    `pinned` names the fields a person has set: learning never changes those.
    """

    host: str
    cms: str | None = None  # name of the adapter
    first_page: int | None = None
    list_api: str | None = None  # name of the adapter whose list API fills its columns
    missing: tuple[MissingSignature, ...] = ()
    sends_home: bool | None = None  # unknown addresses are answered by the home page
    charset: str | None = None
    charset_lies: int = 0  # pages whose declared charset is not what their bytes are
    browser_shapes: tuple[BrowserShape, ...] = ()
    learned_at: datetime | None = None
    learned_run: str | None = None
    pinned: tuple[str, ...] = ()
    note: str | None = None  # why a person pinned it
