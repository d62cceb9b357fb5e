"""Readers: one module per format, and what several of them share. `format_table` names them; each
is imported when a file needs it.

Useful for: turning the bytes of one format into records. Not useful for: ids, encodings, packing
and reports, which are the same for all formats (`corpus.articles`).
"""
