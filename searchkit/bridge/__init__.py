"""All that imports Whoosh: its schema, segments, TOC and matchers.

Useful for: making a searchkit index one that Whoosh programs open, and reading what they wrote. Not useful for:
anything that can be done without Whoosh.
"""
