"""发件箱 Deliveries: put in once, sent by whoever takes them first, and marked when somebody has accepted them."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from model import Delivery, DeliveryState
from storage.rows import insert_of, noun_of, row_of
from storage.tables import deliveries

HOLD_MINUTES = 15  # whoever took a delivery and was killed keeps it from others no longer


def put(connection: Connection, delivery: Delivery) -> bool:
    """投入 False when it is there already: the same night is told to the same channel once."""
    statement = insert_of(connection, deliveries).values(row_of(delivery, deliveries))
    kept = statement.on_conflict_do_nothing(index_elements=["id"]).returning(deliveries.c.id)
    return connection.scalar(kept) is not None


def waiting(connection: Connection, channels: Collection[str] | None, now: datetime | None) -> list[Delivery]:
    """待发 The oldest first: of these channels (None: of all), those whose time has come (None: all that wait)."""
    query = (
        select(deliveries)
        .where(deliveries.c.state == DeliveryState.WAITING.value)
        .order_by(deliveries.c.created_at, deliveries.c.channel, deliveries.c.id)
    )
    if channels is not None:
        query = query.where(deliveries.c.channel.in_(sorted(channels)))
    if now is not None:
        query = query.where(deliveries.c.next_at <= now)
    return [noun_of(Delivery, row) for row in connection.execute(query).mappings()]


def read(connection: Connection, delivery_id: str) -> Delivery | None:
    """一件投递"""
    query = select(deliveries).where(deliveries.c.id == delivery_id)
    row = connection.execute(query).mappings().first()
    return noun_of(Delivery, row) if row else None


def any_before(connection: Connection, channel: str, moment: datetime) -> bool:
    """曾投递 Whether anything was put in for the channel before that moment."""
    ours = (deliveries.c.channel == channel) & (deliveries.c.created_at < moment)
    return connection.scalar(select(deliveries.c.id).where(ours).limit(1)) is not None


def take(connection: Connection, delivery: Delivery, now: datetime) -> Delivery | None:
    """取件 One more try begins, and nobody else begins one for `HOLD_MINUTES`; None when somebody was quicker."""
    held = {"tries": delivery.tries + 1, "next_at": now + timedelta(minutes=HOLD_MINUTES)}
    ours = (
        (deliveries.c.id == delivery.id)
        & (deliveries.c.state == DeliveryState.WAITING.value)
        & (deliveries.c.tries == delivery.tries)
    )
    if not connection.execute(update(deliveries).where(ours).values(held)).rowcount:
        return None
    return delivery.model_copy(update=held)


def settle(connection: Connection, delivery: Delivery) -> None:
    """记结果 What became of the try that `delivery` counts; nothing when a later try has begun meanwhile."""
    ours = (deliveries.c.id == delivery.id) & (deliveries.c.tries == delivery.tries)
    row = row_of(delivery, deliveries)
    kept = {name: row[name] for name in ("state", "next_at", "ended_at", "reason", "params")}
    connection.execute(update(deliveries).where(ours).values(kept))
