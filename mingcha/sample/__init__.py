"""A made-up Heyuan to try the platform on (示例): nothing in it is a real register's row.

Takes a seed, a day and sizes; gives plain rows. The tables beside the code hold what a reader may want to change: lines
of departments, qualifications, licences, trades, item lists and tasks. What stands in the sample can be told from real
rows: every row says 示例, organisation codes begin with YX, telephone numbers with 0 after the area code.
"""
