"""Template words of visits."""
