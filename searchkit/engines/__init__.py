"""Opens an index and serves it: one contract for all engines, and the engines.

Useful for: opening an index and searching or changing it. Not useful for: the terminal (cli), which
knows only the public names.
"""
