"""判 Facts and parameters in, hits out. One small module per check, listed here by hand.

A check is a module with `SUBJECT`, `NEEDS`, `Params` and `judge(subject, params, moment)`; yielding nothing is
a pass. Strangers' checks come by entry points of the group `duwang.checks`; a name clash is refused.
"""

from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import cast

from checks import (
    dead_link,
    duplicate_item,
    faulty_annual_report,
    faulty_attachment,
    identity_conflict,
    implausible_date,
    imprecise_page_time,
    irregular_domain,
    late_document,
    list_mismatch,
    missing_anchor,
    missing_annex,
    missing_channel,
    missing_column,
    missing_document_attribute,
    missing_element,
    missing_entry,
    missing_guide_element,
    missing_material,
    missing_page_meta,
    missing_site_mark,
    missing_site_report,
    no_ipv6,
    overdue_duty,
    period_gap,
    slow_page,
    stale_column,
    stale_home,
    stale_material,
    stale_reply,
    template_mismatch,
    turned_link,
    unannounced_exit,
    unanswered_letter,
    unmarked_repeal,
    unpaired_interpretation,
    unpaired_items,
    unreachable_site,
    weak_tls,
    zombie_column,
)
from model import CheckModule, Fault, Params, Subject

__all__ = ["ALL", "ENTRY_POINT_GROUP", "load_checks", "params_of", "subjects_of"]

ENTRY_POINT_GROUP = "duwang.checks"

# A cast, because a protocol cannot say "some subclass of Params" about a module's own class.
ALL: Mapping[str, CheckModule] = cast(
    Mapping[str, CheckModule],
    {
        "dead_link": dead_link,
        "duplicate_item": duplicate_item,
        "faulty_annual_report": faulty_annual_report,
        "faulty_attachment": faulty_attachment,
        "identity_conflict": identity_conflict,
        "implausible_date": implausible_date,
        "imprecise_page_time": imprecise_page_time,
        "irregular_domain": irregular_domain,
        "late_document": late_document,
        "list_mismatch": list_mismatch,
        "missing_anchor": missing_anchor,
        "missing_annex": missing_annex,
        "missing_channel": missing_channel,
        "missing_column": missing_column,
        "missing_document_attribute": missing_document_attribute,
        "missing_element": missing_element,
        "missing_entry": missing_entry,
        "missing_guide_element": missing_guide_element,
        "missing_material": missing_material,
        "missing_page_meta": missing_page_meta,
        "missing_site_mark": missing_site_mark,
        "missing_site_report": missing_site_report,
        "no_ipv6": no_ipv6,
        "overdue_duty": overdue_duty,
        "period_gap": period_gap,
        "slow_page": slow_page,
        "stale_column": stale_column,
        "stale_home": stale_home,
        "stale_material": stale_material,
        "stale_reply": stale_reply,
        "template_mismatch": template_mismatch,
        "turned_link": turned_link,
        "unannounced_exit": unannounced_exit,
        "unanswered_letter": unanswered_letter,
        "unmarked_repeal": unmarked_repeal,
        "unpaired_interpretation": unpaired_interpretation,
        "unpaired_items": unpaired_items,
        "unreachable_site": unreachable_site,
        "weak_tls": weak_tls,
        "zombie_column": zombie_column,
    },
)


def load_checks() -> Mapping[str, CheckModule]:
    """全部检查 Our checks and those other installed packages bring, by name.

    Raises Fault (exit 3): fault.check_clash, fault.check_not_loaded, fault.check_malformed, each naming the
    check and the package it comes from.
    """
    found = dict(ALL)
    for point in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda point: point.name):
        origin = point.dist.name if point.dist else point.value
        if point.name in found:
            raise Fault("fault.check_clash", name=point.name, origin=origin)
        try:
            module = point.load()
        except Exception as error:
            raise Fault("fault.check_not_loaded", name=point.name, origin=origin) from error
        lacking = [part for part in ("SUBJECT", "NEEDS", "Params", "judge") if not hasattr(module, part)]
        if lacking:
            raise Fault("fault.check_malformed", name=point.name, origin=origin, lacking=", ".join(lacking))
        found[point.name] = cast(CheckModule, module)
    return found


def subjects_of(checks: Mapping[str, CheckModule]) -> Mapping[str, Subject]:
    """判定对象 What each check looks at, as the pack loader needs it."""
    return {name: check.SUBJECT for name, check in checks.items()}


def params_of(checks: Mapping[str, CheckModule]) -> Mapping[str, type[Params]]:
    """参数类型 What `rules.load_pack` needs to know about the checks: the parameters each one takes."""
    return {name: check.Params for name, check in checks.items()}
