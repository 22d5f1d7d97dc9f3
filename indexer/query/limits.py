"""Bounds of a query: how much of it is read, and how many synonyms are added.

They keep any query cheap; stock Whoosh takes seconds to minutes, or fails, on queries of ten thousand letters or a
thousand parentheses.
"""

MAX_QUERY_CHARS = 512
MAX_WORDS = 32
SHORT_QUERY = 3
"""The words of a longer query are right where some article has all of them, as one has of a pasted headline."""
MAX_PARENTHESES = 10
"""How deep parentheses may be nested."""

MAX_ALTERNATIVES = 8
"""How many synonyms are looked for with one word, or with several that have a name together."""
MAX_QUERY_ALTERNATIVES = 32
"""How many synonyms are looked for with a whole query; each is a term in the title and one in the body."""

DEFAULT_DISTANCE = 10
"""How many other words may stand between words that are to be near each other, where the query gives no number."""
MAX_DISTANCE = 100

MIN_PREFIX_LETTERS = 2
"""How many letters must stand before the star of a prefix."""
MAX_FORMS = 128
"""How many terms are looked for by a prefix or by a word with a tilde: the commonest."""
MAX_QUERY_FORMS = 1000
"""The same for all of a query."""
MAX_EDITS = 2
MAX_LETTERS_OF_ONE_EDIT = 4
"""In a word of up to so many letters one letter may differ, in a longer one two."""
