"""Template words of draws."""
