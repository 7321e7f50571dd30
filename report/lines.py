"""逐行 JSON Findings for programs: one JSON object a line, the same bytes for the same findings."""

import json
import re
from collections.abc import Iterable
from pathlib import Path

from model import Finding
from report.messages import Messages
from report.output import write_whole
from report.text import describe
from report.view import in_order

# Characters that move a terminal's cursor, reorder a line or break it: legal in JSON, written as escapes.
_UNSEEN = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb]|[\U000e0000-\U000e007f]"
)


def write_jsonl(findings: Iterable[Finding], path: Path) -> None:
    """写 JSON Lines All findings in the common order. Raises Fault when it cannot write."""
    write_whole(path, "".join(line_of(finding) for finding in in_order(findings)).encode())


def line_of(finding: Finding) -> str:
    """一行 The finding's own fields, its id, and its sentence as `text_zh` and `text_en`; ends with a newline."""
    fields = finding.model_dump(mode="json") | {
        "id": finding.id,
        "text_zh": describe(finding, Messages("zh_CN")),
        "text_en": describe(finding, Messages("en")),
    }
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return _UNSEEN.sub(_escape, text) + "\n"


def _escape(found: re.Match[str]) -> str:
    return json.dumps(found.group())[1:-1]
