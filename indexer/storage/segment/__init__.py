"""One segment of an index: a file of arrays, how it is written, read and merged.

::

    arrays.py          a file of named arrays, streamed out and mapped in
    layout.py          which arrays a segment has; one open segment
    interner.py        terms get numbers as documents come in (_numbering.c: the same, faster)
    dictionary.py      terms in byte order
    tokens.py          the tokens of documents, in memory or in a temporary file
    inversion.py       the tokens of documents -> postings
    columns.py         values -> columns
    texts.py           long texts, compressed, and the offsets of their words
    writing.py         documents -> one segment
    sources.py         a segment to be merged
    merging_fields.py  the postings of adjacent segments -> one
    merging.py         adjacent segments -> one
"""
