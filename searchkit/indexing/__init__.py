"""Turns articles into a committed state of an index.

Useful for: writing, locking, committing, recovery, and finding out what changed in the roots. Not
useful for: reading files (corpus) or searching (query).
"""
