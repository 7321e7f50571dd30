"""How the demo's own server is asked: it is there all the time, and no look may say otherwise."""

from contextlib import closing
from pathlib import Path

import pytest

from storage import open_store
from tests.whole.gate import duwang


@pytest.mark.timeout(120)
def test_no_look_takes_the_demo_for_a_host_that_cannot_be_reached(tmp_path: Path) -> None:
    """Of files only the beginning is taken, and the connection ended here: what is asked next must not ride on it."""
    assert duwang("demo", "--no-browser", "--out", str(tmp_path), cwd=tmp_path).code == 0
    with closing(open_store(f"sqlite:///{(tmp_path / 'duwang.sqlite3').as_posix()}")) as store:
        (run,) = store.runs()
        snapshots = list(store.snapshots(run.id))
        home = run.site.host
    looks = [
        (one.url, look.method, look.cause)
        for one in snapshots
        if one.url.startswith(f"http://{home}/")
        for look in one.attempts
    ]
    assert len(looks) > 100
    assert not [look for look in looks if look[2] in ("dns", "reset", "refused")]
