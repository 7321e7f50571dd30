"""相近 Whether two column names look alike: enough to ask a person, never enough to judge."""

from model.site import bare_name

THRESHOLD = 0.6
SHORTEST_CONTAINED = 3


def alike(name: str, wanted: str) -> bool:
    """名称相近 One holds the other (three characters or more), or most of their characters are shared."""
    left, right = bare_name(name), bare_name(wanted)
    if not left or not right:
        return False
    shorter, longer = sorted((left, right), key=len)
    if len(shorter) >= SHORTEST_CONTAINED and shorter in longer:
        return True
    shared = 0
    rest = list(longer)
    for character in shorter:
        if character in rest:
            rest.remove(character)
            shared += 1
    return 2 * shared / (len(left) + len(right)) >= THRESHOLD
