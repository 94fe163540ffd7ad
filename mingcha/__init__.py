"""Mingcha (明察): a platform for random, public regulatory inspection (“双随机、一公开”监管)."""
