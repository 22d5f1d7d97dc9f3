"""Bounds of a query: how much of it is read, and how many synonyms are added.

They keep any query cheap; stock Whoosh takes seconds to minutes, or fails, on queries of ten thousand letters or a
thousand parentheses.
"""

MAX_QUERY_CHARS = 512
MAX_WORDS = 32
MAX_PARENTHESES = 10
"""How deep parentheses may be nested."""

MAX_ALTERNATIVES = 8
"""How many synonyms are looked for with one word, or with several that have a name together."""
MAX_QUERY_ALTERNATIVES = 32
"""How many synonyms are looked for with a whole query; each is a term in the title and one in the body."""
