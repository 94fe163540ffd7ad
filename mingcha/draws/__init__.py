"""Ceremonies (摇号场次): freeze, commit, entropy, draw, seal, release — protocol.md sections 2 to 6.

Takes: issued tasks and the live registers. Gives: frozen frames, selections, teams, certificates and bundles.
"""
