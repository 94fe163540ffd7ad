"""People (组织与人员): regions, department lines, organizations, users, roles, and who may see and do what.

Takes: the settings of a city. Gives: an `Actor` for every request, `permissions.require`, and the two scopes
(`scopes.owned`, `scopes.located`) through which every other room reads.
"""
