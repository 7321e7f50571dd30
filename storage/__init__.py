"""存 Keeps runs, snapshots, verdicts, findings and cases, and the bodies they rest on.

| module    | holds                                                              |
|-----------|--------------------------------------------------------------------|
| opening   | open_store 开库                                                     |
| store     | Store 库: every verb                                                |
| sink      | BatchSink 批量接收: the crawl's end of the store                     |
| evidence  | snapshots and bodies 快照与正文                                      |
| ledger    | verdicts, findings, cases 判定, 问题, 台账                            |
| targets   | who asks for what links lead to, turns at hosts 目标, 轮次            |
| votes     | what was seen of targets, over all runs 票                          |
| visits    | visits to home pages 访问                                           |
| archive   | Archive, ArchiveWriter: WARC files 存档                              |
| record    | one WARC record                                                    |
| tables    | the tables; columns: their types; rows: model types into rows      |
| schema    | migrations run from code, describe 数据库现状                         |
| engine    | database URLs and connections; breakdown: their errors as Faults   |
| process   | whether a run's process still lives                                |
"""

from storage.archive import Archive, ArchiveWriter
from storage.opening import open_store
from storage.process import this_machine
from storage.schema import DatabaseState, describe
from storage.sink import BatchSink
from storage.store import Store
from storage.targets import fresh_for

__all__ = [
    "Archive",
    "ArchiveWriter",
    "BatchSink",
    "DatabaseState",
    "Store",
    "describe",
    "fresh_for",
    "open_store",
    "this_machine",
]
