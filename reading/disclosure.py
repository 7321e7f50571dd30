"""信息公开 What belongs to the disclosure platform, by name or address."""

import re

from reading.address import readable_path

_NAME = re.compile(
    "政府信息公开|信息公开|政务公开专栏|公开指南|公开制度|法定主动公开|主动公开|公开年报|依申请公开|公开目录"
)
_PATH = re.compile(r"zfxxgk|xxgk|zwgkpt|gkmlpt|gkml|/gkzn|/gkzd|/fdzdgk|/ysqgk|/gknb|disclosure", re.I)


def in_disclosure(url: str, *names: str) -> bool:
    """是否属信息公开 Whether the address or one of the names says so."""
    return any(_NAME.search(name) for name in names) or bool(_PATH.search(readable_path(url)))
