"""Template words of the registers."""
