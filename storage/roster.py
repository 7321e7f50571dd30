"""名单 The roster: sites with how they are to be audited, groups, and when each was audited last."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from model import Arrangement, Group, RosterEntry, RunState, Site
from storage.rows import noun_of, row_of
from storage.tables import arrangements, groups, runs, sites
from storage.targets import upsert


def keep(connection: Connection, entries: Sequence[RosterEntry]) -> None:
    """存名单 Each entry replaces what was kept of its site, the site and its arrangement alike."""
    if entries:
        rows = [row_of(one.site, sites, key=one.arrangement.site_key) for one in entries]
        connection.execute(upsert(connection, sites, replaced=None), rows)
        rows = [row_of(one.arrangement, arrangements) for one in entries]
        connection.execute(upsert(connection, arrangements, replaced=None), rows)


def read(connection: Connection) -> list[RosterEntry]:
    """读名单 By key, in the order of characters on every database; a site nobody has arranged anything for has an empty arrangement."""
    told = {
        row["site_key"]: noun_of(Arrangement, row)
        for row in connection.execute(select(arrangements)).mappings()
    }
    return [
        RosterEntry(
            site=noun_of(Site, row), arrangement=told.get(row["key"]) or Arrangement(site_key=row["key"])
        )
        for row in sorted(connection.execute(select(sites)).mappings(), key=lambda row: row["key"])
    ]


def read_entry(connection: Connection, site: Site) -> RosterEntry:
    """读一条 The entry of a registered site."""
    row = (
        connection.execute(select(arrangements).where(arrangements.c.site_key == site.key)).mappings().first()
    )
    return RosterEntry(
        site=site, arrangement=noun_of(Arrangement, row) if row else Arrangement(site_key=site.key)
    )


def keep_group(connection: Connection, group: Group) -> None:
    """存分组 A group that says nothing any more is gone."""
    if group == Group(name=group.name):
        connection.execute(delete(groups).where(groups.c.name == group.name))
    else:
        connection.execute(upsert(connection, groups, replaced=None), [row_of(group, groups)])


def read_groups(connection: Connection) -> list[Group]:
    """读分组 By name."""
    return [
        noun_of(Group, row)
        for row in sorted(connection.execute(select(groups)).mappings(), key=lambda row: row["name"])
    ]


def last_audits(connection: Connection) -> dict[str, datetime]:
    """上次检查 When each site's last finished audit began, by site key."""
    query = (
        select(runs.c.site_key, func.max(runs.c.started_at))
        .where(runs.c.state == RunState.FINISHED.value)
        .group_by(runs.c.site_key)
    )
    return {key: at for key, at in connection.execute(query)}
