"""Results (检查结果): findings per item, categories, review, follow-ups, and the day they are due in public.

Takes: the records of `visits`. Gives: approved results that `publication` publishes.
"""
