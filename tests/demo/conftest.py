"""The demo portal loaded by its place, as the program loads it, and served once for the whole room."""

import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

FOLDER = Path(__file__).parents[2] / "fixtures" / "demo_site"


def load(name: str) -> ModuleType:
    spec = spec_from_file_location(name, FOLDER / "__init__.py", submodule_search_locations=[str(FOLDER)])
    assert spec and spec.loader
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def portal() -> ModuleType:
    return load("demo_site_under_test")


@pytest.fixture(scope="session")
def demo_folder() -> Path:
    return FOLDER


@pytest.fixture(scope="session")
def base(portal: ModuleType) -> Iterator[str]:
    with portal.serve() as home:
        yield home.rstrip("/")
