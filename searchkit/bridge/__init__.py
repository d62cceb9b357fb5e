"""Everything that imports Whoosh: schema, codec, weighting, TOC, safe unpickling.

Useful for: making an index that Whoosh programs can open, and reading what they wrote. Not useful
for: anything that can be done without Whoosh.
"""
