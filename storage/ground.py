"""地基 What every part of the store stands on: an engine, and transactions whose errors are told as Faults."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from storage.breakdown import told
from storage.engine import Address


class Ground:
    """地基 `_reading` and `_writing` open a connection in a transaction of its own."""

    def __init__(self, address: Address, engine: Engine) -> None:
        self._address = address
        self._engine = engine

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with told(self._address), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with told(self._address), self._engine.execution_options(writes=True).begin() as connection:
            yield connection
