"""证据包 A zip that anybody can verify: what is in it, the digests of it, and the program that looks at them.

The same content gives the same bytes: members bear no date, and stand in the order in which they were put in.
"""

import hashlib
import json
import re
import tempfile
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from model import Fault
from report.evidence_verify import INDEX, MANIFEST
from report.messages import LANGUAGES, Messages

PROGRAM, README = "verify.py", "README.txt"
_WHEN = (1980, 1, 1, 0, 0, 0)  # the earliest day that a zip can tell
_LEVEL = 6
_WORDS = re.compile(r"^WORDS: .*= \{\}.*$", re.M)


class EvidenceZip:
    """证据包 `add` what is in it; it stands in its place, whole, when the block ends well, and not at all when it does not.

    Raises Fault (exit 1) when it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self.digest = ""
        self._digests: dict[str, str] = {}

    def __enter__(self) -> Self:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._beside = tempfile.NamedTemporaryFile(
                dir=self.path.parent, prefix=f".{self.path.name}.", delete=False
            )
            self._zip = zipfile.ZipFile(self._beside, "w")
        except OSError as error:
            raise self._fault(error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        place = Path(self._beside.name)
        try:
            if kind is None:
                self._end()
                self._zip.close()
                self._beside.seek(0)
                self.digest = hashlib.file_digest(self._beside, "sha256").hexdigest()
                self._beside.close()
                self.size = place.stat().st_size
                place.chmod(0o644)
                place.replace(self.path)
        except OSError as broken:
            raise self._fault(broken) from broken
        finally:
            for one in (self._zip, self._beside):  # a zip that is left open complains when it is forgotten
                with suppress(Exception):
                    one.close()
            place.unlink(missing_ok=True)

    def add(self, name: str, content: bytes) -> None:
        """放入 One member."""
        self.pour(name, [content])

    def pour(self, name: str, pieces: Iterable[bytes], *, packed: bool = False) -> None:
        """放入 One member, piece by piece; `packed`: it is compressed already."""
        if name in self._digests:
            raise ValueError(f"{name} stands in the zip already")
        member = zipfile.ZipInfo(name, _WHEN)
        member.create_system = 3
        member.external_attr = 0o644 << 16
        member.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        member._compresslevel = _LEVEL  # type: ignore[attr-defined]
        digest = hashlib.sha256()
        try:
            with self._zip.open(member, "w", force_zip64=packed) as stream:
                for piece in pieces:
                    digest.update(piece)
                    stream.write(piece)
        except OSError as error:
            raise self._fault(error) from error
        self._digests[name] = digest.hexdigest()

    def _end(self) -> None:
        index = json.dumps(self._digests, ensure_ascii=True, sort_keys=True, separators=(",", ":")) + "\n"
        self.add(INDEX, index.encode())
        lines = (f"{digest}  {name}\n" for name, digest in sorted(self._digests.items()))
        self.add(MANIFEST, "".join(lines).encode())

    def _fault(self, error: OSError) -> Fault:
        reason = error.strerror or str(error)
        return Fault("fault.report_not_written", exit_code=1, path=str(self.path), reason=reason)


def json_of(value: Any) -> bytes:
    """JSON 文件 Chinese readable as it stands where it can be written at all."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    try:
        return text.encode()
    except UnicodeEncodeError:  # half a character, which a page wrote
        return (json.dumps(value, ensure_ascii=True, sort_keys=True, indent=1) + "\n").encode()


def program() -> bytes:
    """核验程序 `report.evidence_verify` with its sentences in both languages, to be run without any of ours."""
    source = files("report").joinpath("evidence_verify.py").read_text("utf-8")
    words = {language: _sentences(Messages(language)) for language in LANGUAGES}
    text, count = _WORDS.subn(lambda _: f"WORDS = {words!r}", source)
    if count != 1:
        raise ValueError("report/evidence_verify.py has no place for its sentences")
    return text.encode()


def _sentences(messages: Messages) -> dict[str, str]:
    return {name: messages.text(f"proof.{name}") for name in SENTENCES}


SENTENCES = (
    "unreadable", "damaged", "missing", "extra", "altered", "entry", "unlinked", "unsealed", "record", "record_extra",
    "record_missing", "note_unsealed", "note_without", "note_beside", "looked", "digest", "limits", "done", "done_partly",
    "bad",
)  # fmt: skip


def readme(what: str) -> bytes:
    """说明 What is inside and how to verify it, in both languages. `what`: whose evidence it is."""
    return (
        "\n\n".join(Messages(language).text("proof.readme", what=what) for language in LANGUAGES).encode()
        + b"\n"
    )
