"""A site's own word wins over its groups', a group's over the usual; what nobody says stays unsaid."""

from datetime import time

from audit.arrange import USUAL, arranged, groups_of
from model import Arrangement, Group, Hours, Level, RosterEntry, Site

SITE = Site(
    home="http://www.example.gov.cn/", site_code="9901230001", organiser="县政府办", level=Level.COUNTY
)
NIGHT = Hours(starts=time(20), ends=time(6))


def entry(site: Site = SITE, **terms: object) -> RosterEntry:
    return RosterEntry(site=site, arrangement=Arrangement.model_validate({"site_key": site.key, **terms}))


def test_without_a_word_the_usual_holds() -> None:
    told = arranged(entry(), ())
    assert (told.packs, told.delay, told.every_days) == (("national/2019-check-indicators",), 0.5, 1)
    assert (told.max_pages, told.max_minutes, told.max_external) == (3000, 60, 1000)
    assert (told.hours, told.mend_days, told.channels) == (None, None, ())
    assert told.model_dump(include={"packs", "delay"}) == USUAL.model_dump(include={"packs", "delay"})


def test_the_nearest_word_wins() -> None:
    groups = [
        Group(name="一组", delay=2, hours=NIGHT, max_external=0),
        Group(name="organiser=县政府办", delay=3, mend_days=5),
        Group(name="region=东乡", delay=4, every_days=9),
        Group(name="level=county", delay=5, every_days=7, packs=("county/taijiang-2021",)),
        Group(name="别的组", delay=6, max_pages=1),
    ]
    told = arranged(entry(group="一组", region="东乡", delay=0.2), groups)
    assert (told.delay, told.hours, told.max_external) == (0.2, NIGHT, 0)
    assert (told.mend_days, told.every_days, told.packs) == (5, 9, ("county/taijiang-2021",))
    assert told.max_pages == 3000
    assert arranged(entry(), {group.name: group for group in groups}).delay == 3


def test_groups_of_a_site_stand_in_their_order() -> None:
    assert groups_of(entry(group="一组", region="东乡")) == (
        "一组",
        "organiser=县政府办",
        "region=东乡",
        "level=county",
    )
    assert groups_of(entry(Site(home="http://a.gov.cn/"))) == ()


def test_a_budget_that_came_with_the_site_is_its_own() -> None:
    site = SITE.model_copy(update={"max_pages": 40})
    assert arranged(entry(site), [Group(name="level=county", max_pages=500)]).max_pages == 40
    assert arranged(entry(site, max_pages=50), ()).max_pages == 50
