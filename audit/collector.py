"""回收 While an observation is made and judged, Python's collector of cycles looks round seldom.

Hundreds of thousands of facts are made to stay. The collector would look through all of them again each time that their
number has grown by a quarter: of loading the facts of 2,000 pages, that was two thirds of the time. What it is there
for, objects that only hold each other, is still found, a little later. Of a crawl of 2,000 pages it was a twentieth.
"""

import ctypes
import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

SELDOM = (
    50_000,
    20,
    100,
)  # new objects before the youngest are looked through; then how often the older ones
CRAWLING = (20_000, 10, 10)  # a crawl makes things that go again, some of them in rings
_lock = threading.Lock()
_inside: list[tuple[int, int, int]] = []  # what was set before, for each that has entered and not left


@contextmanager
def collected_seldom(often: tuple[int, int, int] = SELDOM) -> Iterator[None]:
    """少回收 For as long as the block runs, in all threads; when nobody is inside any more, as it was before."""
    with _lock:
        _inside.append(_inside[0] if _inside else gc.get_threshold())
        gc.set_threshold(*often)
    try:
        yield
    finally:
        with _lock:
            before = _inside.pop()
            if not _inside:
                gc.set_threshold(*before)


@contextmanager
def collected_beside() -> Iterator[None]:
    """另册 While a site is crawled: what was there before, a hundred modules and their like, is not looked through again and again."""
    with collected_seldom(CRAWLING):
        with _lock:
            if len(_inside) == 1:  # what another crawl of this process has made since may be gone soon
                gc.freeze()
        try:
            yield
        finally:
            with _lock:
                if len(_inside) == 1:
                    gc.unfreeze()


def give_back() -> None:
    """归还内存 What nobody holds any more is let go, and where the C library can, its free room goes back to the system."""
    gc.collect()
    with suppress(OSError, AttributeError):  # another system, or another C library
        ctypes.CDLL(None).malloc_trim(0)
