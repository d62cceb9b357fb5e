"""All that imports Whoosh: its schema and analyzers, our codec for it, its table of contents, a weighting.

Useful for: making a searchkit index one that Whoosh programs open, and reading what they wrote. Not useful for:
anything that can be done without Whoosh.
"""
