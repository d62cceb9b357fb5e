"""Opens an index and serves it: one contract for all engines, and the engines.

An engine opens an index, searches it and changes it. The terminal (`cli`) uses engines by their
public names alone.
"""
