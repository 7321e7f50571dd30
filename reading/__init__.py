"""读 Bytes become facts: charset, pages, lists, columns, links, marks. Pure: no clock, no network, no database.

`read` one snapshot, `Guide` while the crawl is on, `observe` when it is over.
"""

from reading.address import canonical_locus, column_key, settled
from reading.charset import decode
from reading.charset import family as charset_family
from reading.contents import Contents
from reading.glance import Glance, glance_of, wants_page
from reading.glance_form import glance_in, told_by
from reading.guide import Guide
from reading.link_history import with_votes
from reading.noticed import watched
from reading.observing import observe
from reading.profile import adapter_names
from reading.reader import READER_VERSION, read, read_page

__all__ = [
    "READER_VERSION",
    "Contents",
    "Glance",
    "Guide",
    "adapter_names",
    "canonical_locus",
    "charset_family",
    "column_key",
    "decode",
    "glance_in",
    "glance_of",
    "observe",
    "read",
    "read_page",
    "settled",
    "told_by",
    "wants_page",
    "watched",
    "with_votes",
]
