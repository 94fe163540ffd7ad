"""The clock of the tests: pages read the time at their edge, and here it stands where the story needs it."""

from datetime import datetime

import pytest
from django.utils import timezone


def stop(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    """Let it be a certain moment for every page and command."""
    monkeypatch.setattr(timezone, "now", lambda: at)
