"""Help with a query: completions while it is typed, corrections of its words, and other searches that find more."""
