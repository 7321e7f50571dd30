"""lychee 名单核验 The library of lychee asked after a list of addresses: nothing is crawled, every address is told beforehand.

`python lychee_list.py LIST` reads one address a line and prints {"broken": [...]} as JSON.
"""

from __future__ import annotations  # its wheel is for an old Python

import json
import sys
from pathlib import Path

import lychpy


def check(urls: list[str]) -> list[str]:
    return [url for url, answer in lychpy.check(urls).items() if not answer.is_success]


if __name__ == "__main__":
    print(json.dumps({"broken": check(Path(sys.argv[1]).read_text("utf-8").split())}))
