"""advertools Its own crawl of one site, following links, at as many requests as the others make.

`python advertools_site.py HOME FOLDER` prints {"broken": [...]} as JSON. It follows links of pages; images it only notes.
"""

import json
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import advertools

AT_ONCE = 16


def crawl(home: str, folder: Path) -> list[str]:
    os.environ["PATH"] = (
        f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # it starts `scrapy`
    )
    rows = folder / "crawl.jsonl"
    advertools.crawl(
        home,
        str(rows),
        follow_links=True,
        allowed_domains=[urlsplit(home).hostname],  # by itself it takes the port for a part of the name
        custom_settings={
            "LOG_LEVEL": "CRITICAL",
            "LOG_FILE": str(folder / "crawl.log"),
            "CONCURRENT_REQUESTS": AT_ONCE,
            "CONCURRENT_REQUESTS_PER_DOMAIN": AT_ONCE,
        },
    )
    told = (json.loads(line) for line in rows.read_text("utf-8").splitlines())
    return [one["url"] for one in told if int(one.get("status", 0)) >= 400]


if __name__ == "__main__":
    print(json.dumps({"broken": crawl(sys.argv[1], Path(sys.argv[2]))}))
