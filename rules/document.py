"""YAML 文件 Reads an untrusted YAML file as plain text values with line numbers, or refuses it.

Every plain scalar stays the text that was written (`2019.10`, `no`, `2019-04-01`); the types of the pack decide
what it means. Anchors, aliases, tags, merge keys and repeated keys are refused, so a small file cannot
grow into a large one and nothing is lost silently.
"""

import hashlib
from pathlib import Path
from typing import Any

import yaml

from model import Fault

MAX_BYTES = 2 * 1024 * 1024
MAX_DEPTH = 20
_NULL = "tag:yaml.org,2002:null"
_CORE_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "null", "bool", "int", "float", "timestamp", "seq", "map", "value")
)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Path_ = tuple[str | int, ...]


class Document:
    """文件内容 A file's top mapping, the line on which every entry stands, and its SHA-256."""

    def __init__(self, file: str, values: dict[str, Any], lines: dict[Path_, int], digest: str) -> None:
        self.file = file
        self.values = values
        self.lines = lines
        self.digest = digest

    def line_of(self, place: Path_) -> int:
        """行号 The line of `place`, or of the nearest thing around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read_document(path: Path, file: str) -> Document:
    """读取 One YAML mapping from `path`, told of as `file`. Raises Fault `fault.pack_*` (exit 3)."""
    content = _bytes(path, file)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Fault("fault.pack_not_utf8", file=file, line=line) from error
    try:
        _inspect(text, file)
        root = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Fault("fault.pack_not_yaml", file=file, line=_line(mark)) from error
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise Fault("fault.pack_not_yaml", file=file, line=line) from error
    if not isinstance(root, yaml.MappingNode):
        raise Fault("fault.pack_not_mapping", file=file)
    lines: dict[Path_, int] = {}
    values = _value(root, (), file, lines)
    return Document(file, values, lines, hashlib.sha256(content).hexdigest())


def _bytes(path: Path, file: str) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise Fault(
            "fault.pack_unreadable", file=file, reason=error.strerror or type(error).__name__
        ) from error
    if len(content) > MAX_BYTES:
        raise Fault("fault.pack_too_large", file=file, limit_mb=MAX_BYTES // 1024 // 1024)
    return content


def _inspect(text: str, file: str) -> None:
    """Refuse what could blow up while it is composed: aliases and bottomless nesting."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = _line(event.start_mark)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Fault("fault.pack_alias", file=file, line=line)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        if depth > MAX_DEPTH:
            raise Fault("fault.pack_too_deep", file=file, line=line, limit=MAX_DEPTH)
        if documents > 1:
            raise Fault("fault.pack_several_documents", file=file, line=line)


def _value(node: yaml.Node, place: Path_, file: str, lines: dict[Path_, int]) -> Any:
    line = _line(node.start_mark)
    lines.setdefault(place, line)
    if node.tag not in _CORE_TAGS:
        raise Fault(
            "fault.pack_tag", file=file, line=line, tag=node.tag.removeprefix("tag:yaml.org,2002:")[:60]
        )
    if isinstance(node, yaml.ScalarNode):
        return None if node.tag == _NULL else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_value(child, (*place, index), file, lines) for index, child in enumerate(node.value)]
    values: dict[str, Any] = {}
    for key_node, child in node.value:
        key_line = _line(key_node.start_mark)
        if not isinstance(key_node, yaml.ScalarNode) or key_node.tag not in _CORE_TAGS:
            raise Fault("fault.pack_key_not_text", file=file, line=key_line)
        key = str(key_node.value)
        if key in values:
            raise Fault("fault.pack_key_twice", file=file, line=key_line, key=key[:60])
        lines[(*place, key)] = key_line
        values[key] = _value(child, (*place, key), file, lines)
    return values


def _line(mark: Any) -> int:
    return mark.line + 1 if mark else 1
