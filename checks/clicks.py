"""点击步数 How many clicks lie between the home page and what a visitor looks for, over the pages that were read."""

from checks.sight import own_entries
from model import Observation, PageFacts
from model.survey import plain_address


def clicks_to(observation: Observation, targets: set[str], places: set[int], most: int) -> int | None:
    """步数 Clicks that open one of `targets`, or that reach a page whose id is in `places`; None: more than `most`."""
    home = observation.home
    if home is None:
        return None
    wanted = {plain_address(url) for url in targets}
    seen, level = {id(home)}, [home]
    for depth in range(most + 1):
        if any(id(page) in places for page in level):
            return depth
        if depth == most:
            return None
        addresses = [{link.url for link in own_entries(page) if link.url} for page in level]
        if any(plain_address(url) in wanted for found in addresses for url in found):
            return depth + 1
        level = _next(observation, addresses, seen)
    return None


def _next(observation: Observation, addresses: list[set[str]], seen: set[int]) -> list[PageFacts]:
    """The pages one click further that nobody has come to yet."""
    found = []
    for url in sorted({url for some in addresses for url in some}):
        page = observation.page_at(url)
        if page is not None and id(page) not in seen and page.outcome.observed:
            seen.add(id(page))
            found.append(page)
    return found
