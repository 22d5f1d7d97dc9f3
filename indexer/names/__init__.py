"""Names: the addresses of articles, and what sources, countries and languages are called."""
