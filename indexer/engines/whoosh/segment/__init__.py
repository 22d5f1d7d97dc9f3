"""One segment of an index: a file of arrays, how it is written, read and merged.

::

    arrays.py      a file of named arrays, streamed out and mapped in
layout.py      which arrays a segment has; one open segment
inversion.py   the tokens of documents -> postings
texts.py       long texts, packed, and where their words start
writing.py     documents -> one segment
merging.py     adjacent segments -> one
"""
