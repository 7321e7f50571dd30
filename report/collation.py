"""比对结果 How what was published compares with what is frozen, line by line."""

from collections.abc import Iterable, Iterator

from model import Collation
from report.messages import Messages
from report.text import label, plain


def collation_lines(made: Collation, messages: Messages) -> Iterator[str]:
    """比对各行 What differs is named; what agrees is counted. The last line says which of the two it is."""
    say = messages.text
    figures = _joined((label(messages, "figure", one) for one in made.compared), messages)
    yield say("collation.title", version=made.version, figures=figures)
    yield say("collation.equal", count=len(made.equal))
    none = say("collation.none")
    for one in made.differing:
        yield say(
            "collation.differing", unit=plain(one.unit), figure=label(messages, "figure", one.figure),
            published=plain(one.published) or none, frozen=one.frozen or none,
        )  # fmt: skip
    if made.missing:
        yield say("collation.missing", units=_joined(map(plain, made.missing), messages))
    if made.extra:
        yield say("collation.extra", names=_joined(map(plain, made.extra), messages))
    if made.digest:
        same = made.digest == made.frozen
        yield say("collation.digest.same" if same else "collation.digest.other", digest=plain(made.digest))
    if made.agrees:
        yield say("collation.agrees")
    else:
        counts = {"differing": len(made.differing), "missing": len(made.missing), "extra": len(made.extra)}
        yield say("collation.differs", **counts)


def _joined(texts: Iterable[str], messages: Messages) -> str:
    return messages.text("ranking.join").join(texts)
