"""栏目对照 The home page's own menu, and the columns of a finished run beside it."""

from audit.conclude import Result
from model import MenuEntry, Observation, PageFacts
from reading.address import column_key, is_article_url, is_own
from reading.column_tree import ColumnTree
from report.columns import ColumnLine, ColumnsView


def columns_view(result: Result) -> ColumnsView:
    """栏目对照表 Every entry of the menu and every column once, in the order of the menu and of the tree."""
    return view_of(result.observation, result.run.id)


def view_of(observation: Observation, run_id: str) -> ColumnsView:
    """由采集结果制表 The same from an Observation alone."""
    home = observation.home if observation.home and observation.home.outcome.observed else None
    tree = ColumnTree.of(observation)
    entries = _entries(home) if home else []
    own = {key for entry in entries if (key := tree.key_of(entry.url)) is not None}
    shown: set[str] = set()
    menu: list[ColumnLine] = []
    for entry in entries:
        key = tree.key_of(entry.url)
        if key is None:
            note = _note(entry, observation)
            menu.append(ColumnLine(entry=entry.name, entry_depth=entry.depth, note=note))
            continue
        again = key in shown
        shown.add(key)
        menu.append(
            ColumnLine(
                entry=entry.name,
                entry_depth=entry.depth,
                column=tree.columns[key],
                above=tree.branches[key].parent,
                note="again" if again else None,
            )
        )
        menu += _below(tree, key, own, shown, 1)
    elsewhere: list[ColumnLine] = []
    for key in tree.below(None):
        if key not in shown:
            shown.add(key)
            elsewhere.append(ColumnLine(column=tree.columns[key]))
            elsewhere += _below(tree, key, own, shown, 1)
    return ColumnsView(
        site=observation.site,
        run_id=run_id,
        home_seen=home is not None,
        menu=tuple(menu),
        elsewhere=tuple(elsewhere),
    )


def _below(tree: ColumnTree, key: str, own: set[str], shown: set[str], depth: int) -> list[ColumnLine]:
    """All that lies below a column and has no line yet; what the menu itself names waits for its entry."""
    lines: list[ColumnLine] = []
    waiting = [(below, depth) for below in reversed(tree.below(key))]
    while waiting:
        one, level = waiting.pop()
        if one in shown or one in own:
            continue
        shown.add(one)
        branch = tree.branches[one]
        lines.append(ColumnLine(column=tree.columns[one], depth=level, told=branch.told, above=branch.parent))
        waiting += [(below, level + 1) for below in reversed(tree.below(one))]
    return lines


def _entries(home: PageFacts) -> list[MenuEntry]:
    """The menu as it nests; where it does not show as lists, the bare entries."""
    known = {entry.url for entry in home.menu}
    rest = [MenuEntry(name=link.anchor, url=link.url) for link in home.navigation if link.url not in known]
    return [*home.menu, *rest]


def _note(entry: MenuEntry, observation: Observation) -> str:
    site = observation.site
    if not entry.url:
        return "head"
    if not is_own(entry.url, site):
        return "outside"
    if column_key(entry.url, site) in ("/", column_key(site.home, site)):
        return "home"
    return "article" if is_article_url(entry.url) else "not_found"
