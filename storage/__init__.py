"""存 Keeps runs, snapshots, verdicts, findings and cases, and the bodies they rest on.

| module    | holds                                                              |
|-----------|--------------------------------------------------------------------|
| opening   | open_store 开库                                                     |
| store     | Store 库: every verb                                                |
| sink      | BatchSink 批量接收: the crawl's end of the store                     |
| evidence  | snapshots and bodies 快照与正文                                      |
| ledger    | verdicts, findings 判定, 问题                                        |
| casebook  | cases with their histories, rulings 台账, 复核决定                    |
| targets   | who asks for what links lead to, turns at hosts 目标, 轮次            |
| votes     | what was seen of targets, over all runs 票                          |
| visits    | visits to home pages 访问                                           |
| archive   | Archive, ArchiveWriter: WARC files 存档                              |
| facts_cache | facts of bodies read before, which may be lost at any time 事实缓存 |
| facts_form | their bytes: packing, what is shared; spill: what lies on the disk  |
| laid_snapshots | a run's snapshots while it is read, most of them on the disk 搁置的快照 |
| record    | one WARC record                                                    |
| tables    | the tables; columns: their types; rows: model types into rows      |
| schema    | migrations run from code, describe 数据库现状                         |
| engine    | database URLs and connections; breakdown: their errors as Faults   |
| conninfo  | what a library with connections of its own is told 连接串             |
| patience  | what is tried again while the database is away 耐心                 |
| rounds    | nights, errands, workers, leases as verbs of the Store 夜巡         |
| priors    | the crawls before this one as verbs of the Store 前次采集              |
| post      | changes over many sites, deliveries as verbs of the Store 通报        |
| dossiers  | what people did in an assessment, papers, as verbs of the Store 卷宗     |
| seals     | the rows of a finished run as they are sealed, as verbs of the Store 封存 |
| retention | which audits go and which stay; clearance: rows 清理; compaction: files |
| upkeep    | what is asked of the store by those who look after it; vacuum, exclusion |
| backup    | back_up 备份; restoring: restore 恢复; pg_tools                       |
| process   | whether a run's process still lives                                |
"""

from storage.archive import Archive, ArchiveWriter
from storage.casebook import CaseQuery
from storage.changes import Happening, Span, Standing
from storage.conninfo import conninfo, database_of
from storage.facts_cache import FactsCache, Kept
from storage.facts_form import FORM as FACTS_FORM
from storage.facts_form import Packer, Unpacker
from storage.laid_snapshots import LaidSnapshots
from storage.leases import RENEWED_SECONDS as LEASE_SECONDS
from storage.nights import Lapse
from storage.opening import open_store
from storage.patience import PATIENCE, passes, patiently
from storage.priors import Rested
from storage.process import this_machine, this_worker
from storage.restoring import restore
from storage.schema import DatabaseState, describe
from storage.sink import BatchSink
from storage.store import Store
from storage.targets import fresh_for

__all__ = [
    "FACTS_FORM",
    "LEASE_SECONDS",
    "PATIENCE",
    "Archive",
    "ArchiveWriter",
    "BatchSink",
    "CaseQuery",
    "DatabaseState",
    "FactsCache",
    "Happening",
    "Kept",
    "LaidSnapshots",
    "Lapse",
    "Packer",
    "Rested",
    "Span",
    "Standing",
    "Store",
    "Unpacker",
    "conninfo",
    "database_of",
    "describe",
    "fresh_for",
    "open_store",
    "passes",
    "patiently",
    "restore",
    "this_machine",
    "this_worker",
]
