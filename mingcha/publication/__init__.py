"""Publicity (一公开): what is public, since when, in which version; the public site reads nothing else.

Takes: published item lists, issued plans, drawn tasks, approved results, released ceremonies. Gives: notices.
"""
