"""A holder that was frozen for a while asks its host for nothing before it knows that the host is still its own."""

import time

import pytest

from audit.lease import SURE_SECONDS, Tenure, now
from model import Fault
from storage.leases import SILENT_SECONDS
from storage.workers import SILENT_SECONDS as WORKER_SILENT_SECONDS


def test_a_tenure_is_sure_for_a_while_after_each_renewal() -> None:
    tenure = Tenure(sure_seconds=0.05)
    assert not tenure.unsure()
    time.sleep(0.06)
    assert tenure.unsure()
    tenure.renewed(now())
    assert not tenure.unsure()
    tenure.renewed(now() - 10)  # an answer that came late takes nothing back
    assert not tenure.unsure()


def test_a_lost_tenure_ends_the_crawl() -> None:
    tenure = Tenure()
    tenure.lost = True
    with pytest.raises(Fault, match="lease_lost"):
        tenure.unsure()


def test_nobody_may_take_over_while_the_holder_is_still_sure() -> None:
    assert min(SILENT_SECONDS, WORKER_SILENT_SECONDS) >= 2 * SURE_SECONDS
