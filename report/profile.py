"""网站特征 What is known of a host, told line by line: each with whether a person pinned it, and what taught it."""

from collections.abc import Iterator

from model import SHANGHAI, FetchOutcome, MissingSignature, SiteProfile
from report.messages import Messages
from report.text import cause_text, plain

_MOST = 20  # folders and shapes that are told one by one


def profile_lines(profile: SiteProfile, messages: Messages) -> Iterator[str]:
    """逐行说明 For a terminal; strangers' words are made harmless."""
    say = messages.text
    yield say("profile.host", host=plain(profile.host))
    if profile.learned_at is None:
        yield say("profile.never_learned")
    else:
        at = f"{profile.learned_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        yield say("profile.learned", at=at, run=plain(profile.learned_run or "–"))
    if profile.pinned:
        fields = say("profile.join").join(say(f"profile.field.{field}") for field in profile.pinned)
        yield say("profile.pinned", fields=fields, note=plain(profile.note or say("profile.no_note")))
    for field in ("cms", "first_page", "list_api", "sends_home", "charset"):
        yield _field(field, getattr(profile, field), profile, messages)
    if profile.charset_lies:
        yield say("profile.charset_lies", count=profile.charset_lies)
    yield say("profile.missing" if profile.missing else "profile.missing.none", count=len(profile.missing))
    for signature in profile.missing[:_MOST]:
        yield "  " + _signature(signature, messages)
    yield say(
        "profile.shapes" if profile.browser_shapes else "profile.shapes.none",
        count=len(profile.browser_shapes),
    )
    for shape in profile.browser_shapes[:_MOST]:
        yield "  " + say(
            "profile.shape", shape=plain(shape.shape), static=shape.static_rows, rendered=shape.rendered_rows,
            example=plain(shape.example),
        )  # fmt: skip


def _field(field: str, value: object, profile: SiteProfile, messages: Messages) -> str:
    say = messages.text
    if value is None:
        shown = say("profile.unknown")
    elif isinstance(value, bool):
        shown = say("profile.yes" if value else "profile.no")
    else:
        shown = plain(str(value))
    line = say("profile.line", field=say(f"profile.field.{field}"), value=shown)
    return line + (say("profile.pinned_mark") if field in profile.pinned else "")


def _signature(signature: MissingSignature, messages: Messages) -> str:
    folder = plain(signature.folder)
    if signature.outcome in (FetchOutcome.OK, FetchOutcome.SOFT404):
        name = "profile.signature.page" if signature.text else "profile.signature.nothing"
        return messages.text(
            name, folder=folder, title=plain(signature.title) or "–",
            length=signature.text.length if signature.text else 0,
        )  # fmt: skip
    return messages.text(
        "profile.signature.other", folder=folder, outcome=cause_text(signature.outcome, messages)
    )
