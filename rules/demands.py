"""所需 What a pack asks of the crawl: how far back lists must be read, and whether links must be probed."""

from model import Period, RulePack


def longest_period(pack: RulePack) -> Period:
    """最长时限 The longest silence any rule allows; P0D when no rule asks about freshness."""
    periods = [
        Period.model_validate(rule.params["period"]) for rule in pack.rules if rule.params.get("period")
    ]
    return max(periods, key=lambda period: period.about_days, default=Period())


def needs_links(pack: RulePack) -> bool:
    """要核链接 Whether any rule judges links, so that the crawl must probe their targets."""
    return any(rule.check == "dead_link" for rule in pack.rules)
