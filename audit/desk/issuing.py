"""成文 Notices made whole: words into a template, files, and the entry of the dossier that knows them by their SHA-256."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from audit.desk.desk import Desk, enter
from model import Draft, EntryKind, Fault, Notice, NoticeKind, Paper, body_of
from report.messages import Messages
from report.notice.content import NoticeText
from report.notice.fill import fill
from report.notice.pdf import office, pdfs
from report.notice.template import opened, template
from report.output import write_whole
from report.units import file_name
from storage import Store


class Issue(NamedTuple):
    """待发 One notice with its words; `book`: what goes with it as a workbook, if anything does."""

    notice: Notice
    text: NoticeText
    book: bytes | None = None


class Issued(NamedTuple):
    """已成文 `number`: that of its entry; None: it was only looked at."""

    notice: Notice
    number: int | None
    paths: tuple[Path, ...]


class Forms(NamedTuple):
    """成文方式 `template`: an office's own .docx; `preview`: files to look at, and nothing is entered."""

    folder: Path
    template: Path | None = None
    pdf: bool = False
    preview: bool = False


def issue(
    store: Store,
    desk: Desk,
    issues: Sequence[Issue],
    forms: Forms,
    at: datetime,
    by: str,
    now: datetime,
    messages: Messages,
) -> list[Issued]:
    """成文 All of them are made, then entered, then written: one that cannot be made stops them all, and nothing is entered.

    Raises Fault: see `template`, `fill`, `pdfs`, `enter`; exit 3 when a file of that name is there already, exit 1 when a
    file cannot be written.
    """
    if forms.pdf:
        office()
    templates = {
        kind: template(kind, forms.template, messages) for kind in {one.notice.kind for one in issues}
    }
    names = _names(issues, None if forms.preview else desk.last, messages)
    words = {
        name: fill(opened(templates[one.notice.kind]), one.text, messages)
        for name, one in zip(names, issues, strict=True)
    }
    papers = pdfs(words) if forms.pdf and words else {}
    made: list[tuple[Notice, Mapping[str, bytes]]] = []
    for name, one in zip(names, issues, strict=True):
        files = {f"{name}.docx": words[name]}
        files |= {f"{name}.pdf": papers[name]} if forms.pdf else {}
        files |= {f"{name}.xlsx": one.book} if one.book is not None else {}
        made.append(
            (one.notice.model_copy(update={"papers": tuple(_paper(*file) for file in files.items())}), files)
        )
    numbers: list[int | None] = [None] * len(made)
    if not forms.preview and made:
        _refuse_to_replace(forms.folder / name for _, files in made for name in files)
        drafts = [
            Draft(kind=EntryKind.NOTICE, at=at, by=by, subject=_subject(notice), body=body_of(notice))
            for notice, _ in made
        ]
        numbers = [entry.number for entry in enter(store, desk, drafts, now)]
    for (_, contents), number in zip(made, numbers, strict=True):
        for name, content in contents.items():
            try:
                write_whole(forms.folder / name, content)
            except Fault as fault:
                if number is None:
                    raise
                raise Fault("fault.notice_not_written", exit_code=1, number=number, **fault.params) from fault
    return [
        Issued(notice, number, tuple(forms.folder / name for name in files))
        for (notice, files), number in zip(made, numbers, strict=True)
    ]


def _refuse_to_replace(paths: Iterable[Path]) -> None:
    """A letter that is there may hold its number and its seal by now: that of another assessment, or of another database."""
    for path in paths:
        if path.exists():
            raise Fault("fault.notice_file_there", path=str(path))


def _names(issues: Sequence[Issue], last: int | None, messages: Messages) -> list[str]:
    """Kind, unit and number, so that no notice is written over another; a preview says that it is one."""
    taken: set[str] = set()
    found = []
    for place, one in enumerate(issues, start=1):
        kind = messages.text(f"notice.kind.{one.notice.kind}")
        words = [kind, *one.notice.units] if one.notice.kind is NoticeKind.MEND else [kind]
        words = [messages.text("notice.preview"), *words] if last is None else [*words, str(last + place)]
        found.append(file_name("-".join(words), taken))
    return found


def _subject(notice: Notice) -> str:
    """A notice to one unit is about that unit."""
    return notice.units[0] if notice.kind is NoticeKind.MEND else str(notice.kind)


def _paper(name: str, content: bytes) -> Paper:
    return Paper(sha256=hashlib.sha256(content).hexdigest(), name=name, size=len(content))
