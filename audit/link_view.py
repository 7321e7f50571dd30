"""链接一览 What became of all link targets of a result, gathered for the reports."""

from collections import Counter
from collections.abc import Iterable

from audit.conclude import Result
from checks.dead_link import NEVER_DEAD
from checks.link_votes import Standing, tally
from model import (
    SHANGHAI,
    CrawlPlan,
    FetchOutcome,
    Finding,
    FoundOn,
    LinkCheck,
    LinkRelation,
    Observation,
    Pace,
)
from reading.address import column_key, host_of, is_own
from report.links import LinkRow, LinksView, ParentPage, Refusal

ABOUT_TARGETS = frozenset({"dead_link", "turned_link"})
NO_TARGETS = NEVER_DEAD | {LinkRelation.COMMENTED, LinkRelation.MALFORMED}
REFUSED = frozenset(
    {FetchOutcome.BLOCKED, FetchOutcome.LOGIN, FetchOutcome.SKIPPED_ROBOTS, FetchOutcome.SKIPPED_PRIVATE}
)
EXAMPLES = 5
_CLICKS = {"home": 0, "top": 1, "other": 2}


def links_view(result: Result) -> LinksView:
    """链接一览 Counts, accused and doubtful targets, and who refused us; the same for a live run and a replay."""
    observation = result.observation
    targets = [one for one in observation.links if one.relation not in NO_TARGETS]
    not_asked = Counter(one.not_asked or "unseen" for one in targets if not one.attempts)
    standings = {one.url: tally(one.attempts).standing for one in targets if one.attempts}
    refused = [one for one in targets if standings.get(one.url) in (Standing.BLOCKED, Standing.WITHDRAWN)]
    return LinksView(
        checked=len(standings) - len(refused),
        refused=len(refused),
        not_asked=dict(sorted(not_asked.items())),
        rows=tuple(_rows(result)),
        refusals=tuple(_refusals(observation, refused)),
        agent=f"duwang/{result.run.version} (government website compliance audit)",
        pause=Pace().delay,
        outside_pause=CrawlPlan.model_fields["external_pace"].default.delay,
    )


def _rows(result: Result) -> Iterable[LinkRow]:
    observation = result.observation
    links = {one.url: one for one in observation.links}
    top = frozenset(column.key for column in observation.columns if column.level == 1)
    chosen: dict[str, Finding] = {}
    for finding in result.findings:
        verdict = finding.verdict
        if verdict.check not in ABOUT_TARGETS or verdict.url not in links or verdict.preview:
            continue
        if links[verdict.url].relation is LinkRelation.COMMENTED:
            continue  # nobody sees it
        if finding.counts_as is not verdict.outcome:
            continue  # waived, or withdrawn after review
        known = chosen.get(verdict.url)
        if known is None or _weight(finding) < _weight(known):
            chosen[verdict.url] = finding
    told = (_row(finding, links[url], observation, top, result) for url, finding in chosen.items())
    return sorted(told, key=lambda row: (not row.dead, _CLICKS[row.level], row.url))


def _weight(finding: Finding) -> tuple[bool, bool, str]:
    """Which of several findings on one target tells it: an accusation, and by the rule that says what it is."""
    case = finding.verdict.message_id.rpartition(".")[2]
    return (not finding.accuses, case.startswith("long_"), finding.verdict.rule_id)


def _row(
    finding: Finding, link: LinkCheck, observation: Observation, top: frozenset[str], result: Result
) -> LinkRow:
    verdict = finding.verdict
    params = verdict.params
    votes = [
        one.snapshot_id for one in verdict.evidence if one.snapshot_id and one.shows.startswith("attempt_")
    ]
    at = params.get("last_seen")
    return LinkRow(
        finding=finding.id,
        url=verdict.url,
        relation=link.relation,
        dead=finding.accuses,
        case=verdict.message_id.removeprefix("check."),
        anchor=next((parent.anchor for parent in link.found_on if parent.anchor.strip()), ""),
        seen=str(params.get("seen", "")),
        days=int(params.get("days", 0)),
        at=at
        if isinstance(at, str) and at != "-"
        else f"{result.run.as_of.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        snapshot=votes[-1] if votes else None,
        parents=_parents(link.found_on, observation, top),
    )


def _parents(
    found_on: tuple[FoundOn, ...], observation: Observation, top: frozenset[str]
) -> tuple[ParentPage, ...]:
    """Each page once, home page first, then first-level columns."""
    pages: dict[str, ParentPage] = {}
    for one in found_on:
        if one.url not in pages:
            first = is_own(one.url, observation.site) and column_key(one.url, observation.site) in top
            level = "home" if one.home else "top" if first else "other"
            pages[one.url] = ParentPage(url=one.url, title=one.title, anchor=one.anchor, level=level)
    return tuple(sorted(pages.values(), key=lambda page: (_CLICKS[page.level], page.url)))


def _refusals(observation: Observation, refused: list[LinkCheck]) -> Iterable[Refusal]:
    """Hosts by cause, each address once: pages and columns of the site's own, then the other link targets."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    told: set[str] = set()

    def tell(url: str, cause: str) -> None:
        if url not in told:
            told.add(url)
            found.setdefault((host_of(url), cause), {})[url] = None

    for unread in observation.coverage.unread:
        if unread.cause in REFUSED and unread.url:
            tell(unread.url, unread.detail or unread.cause)
    for link in refused:
        last = link.attempts[-1]
        tell(link.url, last.withdrawn or last.cause or last.outcome.value)
    made = [
        Refusal(
            host=host,
            cause=cause,
            count=len(urls),
            own=any(is_own(url, observation.site) for url in urls),
            examples=tuple(urls)[:EXAMPLES],
        )
        for (host, cause), urls in found.items()
    ]
    return sorted(made, key=lambda one: (not one.own, -one.count, one.host, one.cause))
