"""The reference engine: `fairdraw` itself, short and obvious, standard library only."""

import platform

from fairdraw import reference

REFERENCE = f"fairdraw 1 (Python {platform.python_version()})"

__all__ = ["REFERENCE", "reference"]
