"""落盘 A report file is there whole or not at all."""

import os
import tempfile
from pathlib import Path

from model import Fault


def write_whole(path: Path, content: bytes) -> None:
    """写文件 Write beside the target, then put it in place. Raises Fault (exit code 1) when that fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(beside).chmod(0o644)
            Path(beside).replace(path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise Fault(
            "fault.report_not_written", exit_code=1, path=str(path), reason=error.strerror or str(error)
        ) from error
