"""Which content system made a page, and adapters that strangers bring."""

import re
import types
from collections.abc import Iterator
from importlib.metadata import EntryPoint, EntryPoints

import pytest

import reading.adapters
from model import Fault
from reading.adapters import adapter_for, adapters


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    adapters.cache_clear()
    yield
    adapters.cache_clear()


@pytest.mark.parametrize(
    ("source", "url", "name"),
    [
        ('<script>createPageHTML(4, 0, "index", "html")</script>', "http://x/a/", "trs"),
        ('<div class="TRS_Editor">x</div>', "http://x/a/", "trs"),
        ("<p>x</p>", "http://x/a/t20210101_12.html", "trs"),
        ("<script>createPageHTML('d',17, 1,'list','shtml',321)</script>", "http://x/a/", "kaipuyun"),
        ("<p>x</p>", "http://x/c1/2021/1/7/121e258280da4097b4991e38f050fd5e.shtml", "kaipuyun"),
        ("<p>x</p>", "http://x/a/", "generic"),
    ],
)
def test_systems_are_told_by_their_signs(source: str, url: str, name: str) -> None:
    assert name == adapter_for(url, source).NAME


def bring(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    stranger = types.SimpleNamespace(
        NAME=name, LIST=re.compile("x"), recognise=lambda url, source: "stranger" in source
    )
    point = EntryPoint("theirs", "their.module", "duwang.adapters")
    monkeypatch.setattr(EntryPoint, "load", lambda self: stranger)
    monkeypatch.setattr(reading.adapters, "entry_points", lambda group: EntryPoints([point]))


def test_a_stranger_s_adapter_is_asked_after_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    bring(monkeypatch, "theirs")
    assert adapter_for("http://x/", "<p>stranger</p>").NAME == "theirs"
    assert adapter_for("http://x/", "<p>stranger TRS_Editor</p>").NAME == "trs"


def test_a_name_that_stands_twice_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    bring(monkeypatch, "trs")
    with pytest.raises(Fault) as refused:
        adapters()
    assert (refused.value.message_id, refused.value.exit_code) == ("fault.adapter_name_twice", 3)
    assert refused.value.params == {"name": "trs", "origin": "their.module"}
