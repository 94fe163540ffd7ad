"""Annual plans (年度抽查工作计划) of departments and joint ones, and their tasks (抽查任务).

Takes: the items and subjects of `registers`. Gives: issued tasks that `draws` may draw.
"""
