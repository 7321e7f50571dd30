"""网站特征 What is known of hosts: taken along by a run, added to when it is done, corrected by people."""

from typing import Any

from audit.target import target_site
from model import Fault, Site, SiteProfile
from reading import adapter_names, charset_family
from storage import Store

FIELDS = ("cms", "first_page", "list_api", "sends_home", "charset")  # what a person may set
_YES = ("yes", "true", "1", "是")
_NO = ("no", "false", "0", "否")
_NONE = ("none", "", "无")


def known_site(site: Site, store: Store) -> Site:
    """带上特征 The site with what the store knows of its host; the run keeps it, so a replay knows no more and no less."""
    profile = store.profile(site.host)
    return site if profile is None else site.model_copy(update={"profile": profile})


def is_new(site: Site) -> bool:
    """是否初次 Whether no audit has learned anything of the host."""
    return site.profile is None or site.profile.learned_at is None


def keep_learned(store: Store, learned: SiteProfile | None) -> None:
    """存学到的 Unless a person pinned something else in the meantime: that stands."""
    if learned is None:
        return
    now = store.profile(learned.host)
    if now is not None:
        ours = {field: getattr(now, field) for field in (*now.pinned, "pinned", "note")}
        learned = learned.model_copy(update=ours)
    store.keep_profile(learned)


def host_of(target: str, store: Store) -> str:
    """所指主机 The host a person means by a host, a URL, or the key or name of a site on the roster."""
    return target_site(target, store.sites()).host


def profile_of(target: str, store: Store) -> SiteProfile:
    """调阅特征 Raises Fault when nothing is known of the host."""
    host = host_of(target, store)
    profile = store.profile(host)
    if profile is None:
        raise Fault("fault.profile_none", host=host)
    return profile


def pin(target: str, settings: list[str], unpin: list[str], note: str | None, store: Store) -> SiteProfile:
    """钉住特征 `settings` are `field=value`. What is pinned no audit changes; what is unpinned the next one learns anew.

    Raises Fault for an unknown field or a value that cannot be, before anything is kept.
    """
    host = host_of(target, store)
    if not settings and not unpin:
        raise Fault("fault.pin_nothing", fields=", ".join(FIELDS))
    known = store.profile(host) or SiteProfile(host=host)
    pinned = set(known.pinned)
    changes: dict[str, Any] = {}
    for setting in settings:
        field, equals, value = setting.partition("=")
        field = _field(field if equals else setting)
        if not equals:
            raise Fault("fault.pin_no_value", field=field)
        changes[field] = _value(field, value.strip())
        pinned.add(field)
    for name in unpin:
        field = _field(name)
        if field in changes:
            raise Fault("fault.pin_both", field=field)
        if field not in pinned:
            raise Fault("fault.pin_not_pinned", field=field, host=host)
        pinned.discard(field)
    changes["pinned"] = tuple(sorted(pinned))
    changes["note"] = (note if note is not None else known.note) if pinned else None
    profile = known.model_copy(update=changes)
    store.keep_profile(profile)
    return profile


def _field(name: str) -> str:
    field = name.strip().lower().replace("-", "_")
    if field not in FIELDS:
        raise Fault("fault.pin_field", field=name.strip(), fields=", ".join(FIELDS))
    return field


def _value(field: str, text: str) -> Any:
    if text.lower() in _NONE:
        return None
    if field == "first_page":
        if text not in ("0", "1", "2"):
            raise Fault("fault.pin_first_page", text=text)
        return int(text)
    if field == "sends_home":
        if text.lower() not in (*_YES, *_NO):
            raise Fault("fault.pin_yes_or_no", field=field, text=text)
        return text.lower() in _YES
    if field == "charset":
        family = charset_family(text)
        if family is None:
            raise Fault("fault.pin_charset", text=text)
        return family
    if text not in adapter_names():
        raise Fault("fault.pin_adapter", field=field, text=text, known=", ".join(adapter_names()))
    return text
