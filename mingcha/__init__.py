"""Mingcha (明察): random, public regulatory inspection (双随机、一公开)."""

__version__ = "0.1.0"
