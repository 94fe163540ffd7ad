"""One list, two registers (一单两库): item lists, subjects, inspectors.

Takes: spreadsheets and hand edits. Gives: published editions, live registers and the queries that plans and draws
read (`queries.subjects_in`, `queries.inspectors_available`).
"""
