"""One crew and all that may happen to its sites: whose fault it was, and what becomes of the errand."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(240)
def test_what_becomes_of_errands(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.audit.crew_story", f"sqlite:///{tmp_path}/duwang.sqlite", str(tmp_path / "archive")],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=230,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    # state, reason, attempts, failures, interrupted
    assert told["good"] == ["done", None, 1, 0, 0] and told["summary"] is True
    assert told["done before"] == told["good"], "an errand that waits no longer is left alone"
    assert told["no pack"][:2] == ["given_up", "fault.pack_not_found"], "nothing would be better tonight"
    assert told["child killed"] == ["done", None, 1, 0, 0]
    assert told["clock moved"] == ["waiting", "interruption.clock_moved", 1, 0, 1]
    assert told["lease lost"][:2] == ["waiting", "interruption.lease_lost"]
    assert told["cancelled"] == ["waiting", "interruption.stopped", 1, 0, 1]
    for number in range(3):
        assert told[f"down {number}"] == ["waiting", "fault.home.refused", 1, 1, 0]
        assert told[f"forgiven {number}"] == ["waiting", "interruption.no_network", 1, 0, 0]
    assert told["fit"] == "working" and told["no network"] == "no_network"
    assert told["down 3"] == told["not taken"] == ["waiting", "interruption.no_network", 1, 0, 1]
    assert told["sign"] == ["working"]
    assert told["interruptions"] == [
        "fault.home.refused", "fault.pack_not_found", "interruption.clock_moved", "interruption.lease_lost",
        "interruption.no_network", "interruption.stopped",
    ]  # fmt: skip
    assert told["beats"], "leases are renewed although every thread of the process waits for the database"
    assert told["runs"] == ["failed", "finished", "interrupted"], "none is left running"
    assert "Traceback" not in done.stderr, done.stderr
