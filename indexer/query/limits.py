"""How much of a query is read: every bound in one place.

A stranger's query must cost little whatever it holds; stock Whoosh takes seconds to minutes, or
fails, on queries of ten thousand letters or a thousand parentheses.
"""

MAX_CHARS = 512
MAX_WORDS = 32
MAX_DEPTH = 10

MAX_ALTERNATIVES = 8
"""How many other words are looked for with one word that is linked."""
MAX_LINKED = 32
"""How many other words are looked for with a whole query; each is a term in the title and one in the body."""
