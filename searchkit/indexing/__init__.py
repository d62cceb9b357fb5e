"""Turns articles into a committed state of an index.

It writes, locks, commits, recovers, and finds out what changed in the roots. Files are read by
`corpus`, and searched by `query`.
"""
