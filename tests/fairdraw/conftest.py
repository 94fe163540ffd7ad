"""The folder of real rows and vectors of others; tests that use it skip where it is absent."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("patient", deadline=None)  # a busy machine is no failure
settings.load_profile("patient")


@pytest.fixture
def shared_vectors(shared_data) -> Callable[[str], Any]:
    """Read a file of vectors of others."""
    return lambda name: json.loads((shared_data / name).read_text())
