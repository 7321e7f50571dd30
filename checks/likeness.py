"""相近 Whether two column names look alike: enough to ask a person, never enough to judge."""

from model.site import bare_name

THRESHOLD = 0.6
SHORTEST_CONTAINED = 3
SHORTEST_ENDING = 4


PREFIXES = ("政府信息公开", "信息公开", "政务公开")  # shared by every block of the platform, so no likeness


def alike(name: str, wanted: str) -> bool:
    """名称相近 One holds the other (three characters or more), or most of their characters are shared."""
    left, right = _own_part(bare_name(name)), _own_part(bare_name(wanted))
    if not left or not right:
        return False
    shorter, longer = sorted((left, right), key=len)
    if shorter == longer or (len(shorter) >= SHORTEST_CONTAINED and shorter in longer):
        return True
    shared = 0
    rest = list(longer)
    for character in shorter:
        if character in rest:
            rest.remove(character)
            shared += 1
    return 2 * shared / (len(left) + len(right)) >= THRESHOLD


def akin(name: str, wanted: str) -> bool:
    """或为同物 Less than alike and still enough to ask a person: half of the characters, or the wanted name in a longer one."""
    own, right = bare_name(name), _own_part(bare_name(wanted))
    if not own or not right:
        return False
    left = _own_part(own)
    held = len(right) >= 2 and right in own
    return held or alike(name, wanted) or 4 * len(set(left) & set(right)) >= len(set(left)) + len(set(right))


def same_ending(name: str, wanted: str) -> bool:
    """末尾相同 One is the other with words put before it: 主动公开内容 and 法定主动公开内容."""
    shorter, longer = sorted((bare_name(name), bare_name(wanted)), key=len)
    return len(shorter) >= SHORTEST_ENDING and longer.endswith(shorter)


def _own_part(name: str) -> str:
    for prefix in PREFIXES:
        rest = name.removeprefix(prefix)
        if rest != name and len(rest) >= 2:
            return rest
    return name
