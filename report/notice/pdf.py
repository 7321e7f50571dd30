"""转 PDF Notices as PDF by LibreOffice, when it is on this machine: one start for all of them, a profile of its own."""

import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from model import Fault

_SECONDS, _SECONDS_EACH = 90, 10


def office() -> str:
    """LibreOffice Its program. Raises Fault (exit 3) saying what to do when it is not on this machine."""
    found = shutil.which("soffice") or shutil.which("libreoffice")
    if found is None:
        raise Fault("fault.notice_no_office")
    return found


def pdfs(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """转换 The PDF of every .docx, by the same names. Raises Fault (exit 1) when the program fails or takes too long."""
    program = office()
    with tempfile.TemporaryDirectory(prefix="duwang-") as folder:
        place = Path(folder)
        names = {f"{number}.docx": name for number, name in enumerate(files)}
        for number, name in names.items():
            (place / number).write_bytes(files[name])
        words = [
            program, f"-env:UserInstallation={(place / 'profile').as_uri()}", "--headless", "--norestore",
            "--convert-to", "pdf", "--outdir", folder, *(str(place / number) for number in names),
        ]  # fmt: skip
        try:
            subprocess.run(  # noqa: S603 - its own words and files only
                words, check=True, capture_output=True, stdin=subprocess.DEVNULL,
                timeout=_SECONDS + _SECONDS_EACH * len(files),
            )  # fmt: skip
            return {name: (place / number).with_suffix(".pdf").read_bytes() for number, name in names.items()}
        except subprocess.TimeoutExpired:
            raise Fault("fault.notice_office_slow", exit_code=1) from None
        except (subprocess.CalledProcessError, OSError):
            raise Fault("fault.notice_office_failed", exit_code=1) from None
