"""链接一览 What became of all link targets of one run: dead, suspected, could not be checked, not asked."""

from pydantic import Field

from model import Frozen, LinkRelation
from report.messages import Messages
from report.text import cause_text, label


class ParentPage(Frozen):
    """父页面 One page that carries the link. `level`: home, top (a first-level column), other."""

    url: str
    title: str = ""
    anchor: str = ""
    level: str = "other"


class LinkRow(Frozen):
    """一个目标 A target that a check accuses (`dead`) or asks about, with every page that carries it.

    `case` is the end of its message id, `seen` what each look saw, `days` how many days in a row it has not opened
    (calendar days in Beijing, both ends counted), `at` when it was looked at last, as people write it, `snapshot`
    the last look that counts. `parents` are in the order in which a person clicks: home page first.
    """

    finding: str
    url: str
    relation: LinkRelation
    dead: bool
    case: str
    anchor: str = ""
    seen: str = ""
    days: int = 0
    at: str = ""
    snapshot: str | None = None
    parents: tuple[ParentPage, ...] = ()

    @property
    def level(self) -> str:
        """监测层次 The smallest of its parents: home before top before other."""
        levels = {parent.level for parent in self.parents}
        return next((one for one in ("home", "top") if one in levels), "other")

    @property
    def scope(self) -> str:
        """范围 inside 站内, platform 同平台, outside 站外."""
        if self.relation is LinkRelation.PLATFORM:
            return "platform"
        return "outside" if self.relation is LinkRelation.EXTERNAL else "inside"


class Refusal(Frozen):
    """无法核验 A host that did not let us see `count` addresses for one cause; `examples` are at most five of them."""

    host: str
    cause: str
    count: int
    own: bool = False  # the site's own host
    examples: tuple[str, ...] = ()


class LinksView(Frozen):
    """链接一览 Every target once: `checked` + `refused` + the sum of `not_asked` are all of them.

    `checked` had a look that counts (`dead` and `suspected` among them); `refused` were asked and nothing that they
    said counts; `not_asked`: how many, by reason. `agent` is how we named ourselves, `pause` and `outside_pause` the
    seconds between two requests to one host.
    """

    checked: int = 0
    refused: int = 0
    not_asked: dict[str, int] = Field(default_factory=dict)
    rows: tuple[LinkRow, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    agent: str = ""
    pause: float = 0.0
    outside_pause: float = 0.0

    @property
    def dead(self) -> tuple[LinkRow, ...]:
        return tuple(row for row in self.rows if row.dead)

    @property
    def suspected(self) -> tuple[LinkRow, ...]:
        return tuple(row for row in self.rows if not row.dead)

    @property
    def by_kind(self) -> dict[LinkRelation, int]:
        """按类型 How many dead targets of each kind, most first."""
        counts: dict[LinkRelation, int] = {}
        for row in self.dead:
            counts[row.relation] = counts.get(row.relation, 0) + 1
        return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def totals_line(view: LinksView, messages: Messages) -> str:
    """链接合计 One line for a terminal."""
    return messages.text(
        "links.totals",
        checked=view.checked,
        dead=len(view.dead),
        suspected=len(view.suspected),
        refused=view.refused,
        not_asked=sum(view.not_asked.values()),
    )


def fault_text(row: LinkRow, messages: Messages) -> str:
    """错误描述 What is wrong in a few words, with what each look saw."""
    fault = label(messages, "link_fault", row.case)
    return messages.text("links.fault", fault=fault, seen=row.seen) if row.seen else fault


_ADVICE = {
    "robots": "robots",
    "skipped_robots": "robots",
    "robots_unreadable": "robots_unreadable",
    "private_address": "private",
    "skipped_private": "private",
    "redirect_private": "private",
    "login": "login",
    "our_network": "our_network",
    "no_values": "by_hand",
    "unread": "by_hand",
}


def whitelist_text(refusal: Refusal, view: LinksView, messages: Messages) -> str:
    """放行说明 What the host's operator must let pass, or what else helps, in words that can be forwarded."""
    pause = view.pause if refusal.own else view.outside_pause
    advice = _ADVICE.get(refusal.cause, "firewall")
    return messages.text(
        f"links.advice.{advice}", host=refusal.host, prefix=view.agent.partition(" ")[0], pause=f"{pause:g}"
    )


def refusal_text(refusal: Refusal, messages: Messages) -> str:
    """拒绝原因 Why nothing could be seen."""
    withdrawn = f"withdrawn.{refusal.cause}"
    return messages.text(withdrawn) if messages.has(withdrawn) else cause_text(refusal.cause, messages)
