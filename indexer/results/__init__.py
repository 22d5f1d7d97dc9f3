"""What comes back: hits, their snippets, and how they look as JSON."""
