"""可证之行 Rows of the store with the way from each to the seal of its run: whoever has both need not trust the store."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from model import RUNS, DossierEntry, EntryKind, told_in
from model.seal import Flaw, Seal, leaf_of, paths_of, root_of
from storage import Store


class Proven(NamedTuple):
    """可证之行 `proof`: its part and its path to the root that the seal names; None: the run is not sealed."""

    run_id: str
    row: dict[str, Any]
    proof: dict[str, Any] | None

    def told(self) -> dict[str, Any]:
        return {"run": self.run_id, "row": self.row, "proof": self.proof}


class ProvenRows:
    """可证之行 Found run by run. `flaws` names the parts that are not as they were sealed any more."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seals: dict[str, DossierEntry | None] = {}
        self.flaws: list[Flaw] = []

    @property
    def seals(self) -> list[DossierEntry]:
        """封存记录 Of all runs that were asked for, as they stand in the chain."""
        return sorted((one for one in self._seals.values() if one), key=lambda one: one.number)

    def runs(self, run_ids: Iterable[str]) -> dict[str, Proven]:
        """检查 By id, those that are kept."""
        found = {run_id: self._rows(run_id, "run", "id", {run_id}) for run_id in sorted(run_ids)}
        return {run_id: rows[run_id] for run_id, rows in found.items() if rows}

    def findings(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Proven]:
        """问题 By run and fingerprint."""
        by_run = defaultdict(set)
        for run_id, fingerprint in wanted:
            by_run[run_id].add(fingerprint)
        return {
            (run_id, fingerprint): proven
            for run_id, marks in sorted(by_run.items())
            for fingerprint, proven in self._rows(run_id, "findings", "fingerprint", marks).items()
        }

    def snapshots(self, ids: Iterable[str]) -> dict[str, Proven]:
        """快照 By id, those that are still kept: evidence may cite what another site's audit saw long ago."""
        by_run = defaultdict(set)
        for snapshot_id in ids:
            by_run[snapshot_id.rpartition("/")[0]].add(snapshot_id)
        found: dict[str, Proven] = {}
        for run_id, names in sorted(by_run.items()):
            found |= self._rows(run_id, "snapshots", "id", names)
        return found

    def _rows(self, run_id: str, part: str, key: str, wanted: Collection[str]) -> dict[str, Proven]:
        leaves: list[bytes] = []
        places: dict[str, int] = {}
        rows: dict[str, dict[str, Any]] = {}
        for _, row in self._store.sealed_rows(run_id, part):
            if row[key] in wanted and row[key] not in rows:
                places[row[key]], rows[row[key]] = len(leaves), row
            leaves.append(leaf_of(row))
        entry = self._seal(run_id)
        if entry is not None and rows:
            sealed = told_in(entry, Seal).parts[part]
            if sealed.root != root_of(leaves):
                params: dict[str, str | int] = {"run": run_id, "part": part, "number": entry.number}
                self.flaws.append(Flaw(message_id="evidence.altered", params=params))
        paths = paths_of(leaves, places.values() if entry else ())
        proofs = {
            name: {"part": part, "path": paths[place]} if entry else None for name, place in places.items()
        }
        return {name: Proven(run_id, row, proofs[name]) for name, row in rows.items()}

    def _seal(self, run_id: str) -> DossierEntry | None:
        if run_id not in self._seals:
            sealed = self._store.entries(RUNS, [EntryKind.SEALED], run_id)
            self._seals[run_id] = sealed[0] if sealed else None
        return self._seals[run_id]
