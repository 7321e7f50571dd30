"""What a worker writes: one JSON object a line, whoever logs, and no secret in any of them."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from structlog.contextvars import bound_contextvars

from audit.journal import keep_journal


@pytest.fixture
def untouched() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("untouched")
def test_lines_are_json_with_what_is_bound_and_without_secrets() -> None:
    stream = io.StringIO()
    keep_journal(["g3heim", None], stream)
    with bound_contextvars(site="a.cn", night="N1"):
        logging.getLogger("duwang.worker").info("audited %s", "甲", extra={"run": "R1", "job": "not for us"})
    try:
        raise RuntimeError("connecting with password=g3heim failed\nand more")
    except RuntimeError:
        logging.getLogger("somebody.else").exception("broke with g3heim")
    logging.getLogger("procrastinate.worker").info("Starting job")
    told, broken = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert {key: told[key] for key in ("event", "level", "site", "night", "run", "logger")} == {
        "event": "audited 甲", "level": "info", "site": "a.cn", "night": "N1", "run": "R1", "logger": "duwang.worker",
    }  # fmt: skip
    assert told["at"].endswith("Z")
    assert "job" not in told
    assert broken["event"] == "broke with ***"
    assert "password=*** failed" in broken["exception"]
    assert "g3heim" not in stream.getvalue()
