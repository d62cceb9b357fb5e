"""How do articles become a committed state of the index?

Useful for: writing, locking, committing, and finding out what changed in the roots. Not useful for: reading files
(corpus does) or answering queries.
"""
