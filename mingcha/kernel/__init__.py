"""What every room needs and no framework knows: codes, regions, working days, numbers, published texts, cells.

Everything here is a function of its arguments: no database, no clock, no network, no Django.
"""
