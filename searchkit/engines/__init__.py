"""What keeps the articles and answers? One face for all engines, and the engines.

Useful for: opening an index and asking it. Not useful for: the terminal (cli), which knows only the public names.
"""
