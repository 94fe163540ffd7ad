"""Settings from the environment, the table of addresses, and the servers' entry points."""
