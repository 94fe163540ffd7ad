"""Pages of the registers: subjects, inspectors, item lists, imports."""
