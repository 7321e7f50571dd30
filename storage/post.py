"""通报之库 What the store is asked for by those who tell others: what changed, and deliveries. Verbs of the Store."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from model import Delivery, Run
from storage import changes, outbox
from storage.changes import Happening, Span, Standing
from storage.ground import Ground


class Post(Ground):
    """通报之库 Changes are read without histories, so that a night over a whole country is told in a few statements."""

    def happenings(self, span: Span) -> list[Happening]:
        """案情变化 What happened to cases, in order of time within each."""
        with self._reading() as connection:
            return changes.happenings(connection, span)

    def standing_until(
        self, today: date, day: date, site_keys: frozenset[str] | None = None
    ) -> list[Standing]:
        """到期 Cases of sites in service that stand and are to be mended by `day`, or were to be by an earlier one."""
        with self._reading() as connection:
            return changes.standing_until(connection, today, day, site_keys)

    def disputed(self, today: date, site_keys: frozenset[str] | None = None) -> list[Standing]:
        """异议待复核 Cases of sites in service with a dispute nobody has ruled on; `due` is the day the ruling is due."""
        with self._reading() as connection:
            return changes.disputed(connection, today, site_keys)

    def count_standing(self, today: date, site_keys: frozenset[str] | None = None) -> int:
        """现存问题数 Cases that stand now on sites in service."""
        with self._reading() as connection:
            return changes.count_standing(connection, today, site_keys)

    def audits_within(self, span: Span) -> dict[str, tuple[Run, Run | None]]:
        """检查 Each site's last finished audit of the span, and the last one before it by the same pack, if any."""
        with self._reading() as connection:
            return changes.audits(connection, span)

    def put_deliveries(self, added: Sequence[Delivery]) -> list[Delivery]:
        """投入发件箱 Those that were not there yet."""
        with self._writing() as connection:
            return [one for one in added if outbox.put(connection, one)]

    def deliveries(
        self, channels: Collection[str] | None = None, *, due_at: datetime | None = None
    ) -> list[Delivery]:
        """待发 The oldest first: of these channels or of all; only those whose time has come by `due_at`."""
        with self._reading() as connection:
            return outbox.waiting(connection, channels, due_at)

    def delivery(self, delivery_id: str) -> Delivery | None:
        """一件投递"""
        with self._reading() as connection:
            return outbox.read(connection, delivery_id)

    def delivered_before(self, channel: str, moment: datetime) -> bool:
        """曾投递 Whether the channel was sent anything, or was to be, before that moment."""
        with self._reading() as connection:
            return outbox.any_before(connection, channel, moment)

    def take_delivery(self, delivery: Delivery, now: datetime) -> Delivery | None:
        """取件 One more try begins; None when somebody else was quicker."""
        with self._writing() as connection:
            return outbox.take(connection, delivery, now)

    def settle_delivery(self, delivery: Delivery) -> None:
        """记结果 What became of the try that `delivery` counts."""
        with self._writing() as connection:
            outbox.settle(connection, delivery)
