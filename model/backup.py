"""备份 What a backup holds, file by file, and what came of making or restoring one."""

from datetime import datetime
from typing import Literal

from model.frozen import Frozen


class BackupFile(Frozen):
    """备份文件 Its name within the backup, its size in bytes, and the SHA-256 of its content."""

    name: str
    size: int
    sha256: str


class Manifest(Frozen):
    """备份清单 All that a backup is made of. A backup without it, or unlike it, is not restored.

    `missing`: archive files that the database knows of and that were not there to be copied.
    """

    format: Literal[1] = 1
    dialect: Literal["sqlite", "postgresql"]
    made_at: datetime
    version: str  # of the duwang that made it
    database: BackupFile
    archive: tuple[BackupFile, ...] = ()
    missing: tuple[str, ...] = ()


class Backed(Frozen):
    """备份结果 `copied` archive files of all, with their bytes; the others were there from last time."""

    folder: str
    manifest: Manifest
    copied: int
    copied_bytes: int
    removed: int = 0  # files of earlier backups that nobody needs any more


class Restored(Frozen):
    """恢复结果 `interrupted`: audits that were under way when the backup was made."""

    folder: str
    manifest: Manifest
    interrupted: int = 0
