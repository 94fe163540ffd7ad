"""Visits (检查): one door, one unit, one window, many checks (进一次门,查多项事).

Takes: selected units and sitting teams. Gives: visits with one record per organization and task.
"""
