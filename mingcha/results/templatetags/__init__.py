"""Template words of results."""
