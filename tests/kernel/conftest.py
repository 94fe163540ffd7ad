"""Real rows to try the kernel on, where they are at hand."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def real_rows() -> Path:
    """The folder of real rows beside the checkout; tests that read them skip where it is absent."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("no real rows beside the checkout")
    return folder
