"""The bundled portal, served as the demo serves it, for tests that audit it through the gate."""

from collections.abc import Iterator
from contextlib import contextmanager

from audit.demo import Demo, served_demo


@contextmanager
def demo_portal() -> Iterator[tuple[Demo, list[str]]]:
    """The demo and the words that audit it as the demo would."""
    with served_demo() as portal:
        words = [
            "audit", portal.site.home, "--allow-private", "--no-browser", "--delay", "0", "--confirm-after", "1",
            "--as-of", portal.as_of.isoformat(),
        ]  # fmt: skip
        yield portal, words
