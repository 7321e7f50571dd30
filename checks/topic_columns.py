"""主题栏目 Which columns of a site are about a topic: by name, by kind, and what stands below them."""

from collections.abc import Iterable

from model import Column, Observation, Topic
from model.site import bare_name

SHORTEST_NAMESAKE = 3


def topic_columns(observation: Observation, topic: Topic) -> list[Column]:
    """主题栏目 Columns of the topic's kinds and names, and those below them."""
    held = observation.column_names.holding(topic.columns)
    barred = observation.column_names.holding(topic.without)
    own = [
        column
        for position, column in enumerate(observation.columns)
        if position not in barred and (position in held or column.kind in topic.kinds)
    ]
    below = with_those_below(observation, own)
    shut = {observation.columns[position].key for position in barred}
    return [column for column in below if column.key not in shut]


def with_those_below(observation: Observation, own: Iterable[Column]) -> list[Column]:
    """连同下级 The columns and every column that crumbs, menus or folders put below one of them."""
    found = {column.key: column for column in own}
    if not found:
        return []
    paths = {column.path for column in found.values() if column.path}
    by_key = {column.key: column for column in observation.columns}
    for column in observation.columns:
        if any(column.path[:depth] in paths for depth in range(1, len(column.path))):
            found.setdefault(column.key, column)
    waiting = list(found.values())
    while waiting:
        for key in waiting.pop().children:
            if key in by_key and key not in found:
                found[key] = by_key[key]
                waiting.append(by_key[key])
    return list(found.values())


def is_namesake(column: Column, topic: Topic) -> bool:
    """同名栏目 A column named after one of the titles: the fragment makes up half of its name or more."""
    name = bare_name(column.name)
    return not bears(name, topic.without) and any(
        len(wanted) >= SHORTEST_NAMESAKE and 2 * len(wanted) >= len(name) and wanted in name
        for wanted in map(bare_name, topic.titles)
    )


def bears(name: str, fragments: Iterable[str]) -> bool:
    """含有字样 Whether a name holds one of the fragments, whatever its width, case and spaces."""
    bare = bare_name(name)
    return any(bare_name(fragment) in bare for fragment in fragments if bare_name(fragment))
