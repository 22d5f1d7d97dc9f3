"""Search results: hits, highlighting and snippets, and their JSON form."""
