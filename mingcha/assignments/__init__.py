"""Inspectors to visits (检查组): who goes today, and every change after the lock.

Takes: the drawn seats of `draws`. Gives: the sitting team of each visit, which starts as drawn and changes only with
reason, approver and ledger entry; the drawn person stays visible.
"""
