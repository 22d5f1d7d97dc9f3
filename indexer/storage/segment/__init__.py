"""Segment: one immutable file of arrays with the terms, columns, records and texts of its documents.

::

    layout.py          fields, columns, stored values and texts that all segments of an index have
    arrays.py          a file of named arrays, streamed out and mapped in
    file.py            one segment file, mapped; deletions beside it
    live_segment.py    a segment as the writer sees it: which documents are live
    writing.py         documents -> one segment; tokens, records and texts by the next ones
    interner.py        terms get numbers as documents come in
    dictionary.py      terms in byte order
    tokens.py          the tokens of documents, in memory or in a temporary file
    inversion.py       the tokens of documents -> postings
    lengths.py         field lengths in 256 steps
    columns.py         values -> columns
    stored.py          what is stored of a document as bytes: record, long texts, where their words start
    frames.py          these bytes, compressed
    stored_writing.py  frames while documents come in
    merging.py         adjacent segments -> one
    merging_fields.py  the postings of adjacent segments -> one
    checking.py        everything of a segment, read and compared
"""
