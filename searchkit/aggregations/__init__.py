"""Analyses of many articles together. Each has a module: its options, its result, and how counts
become the result.

These need neither NumPy nor an index, so that every engine can use them. What counts over the
segments of a snapshot lies beside each in a module of its own (`..._columns`).
"""
