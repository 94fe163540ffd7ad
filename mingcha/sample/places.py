"""Where things are: the towns of each region and made-up streets."""

from __future__ import annotations

from mingcha.sample.tables import read, words

#: How much of the register lies in each region, in per cent.
SHARES = {row["region"]: int(row["share"]) for row in read("places")}
TOWNS = {row["region"]: words(row["towns"]) for row in read("places")}
STREETS = tuple(row["street"] for row in read("streets"))
BUILDINGS = ("综合楼", "商住楼", "厂房", "铺位", "住宅楼", "商铺")
