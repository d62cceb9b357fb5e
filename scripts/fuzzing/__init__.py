"""Feeds damaged files, segments, manifests and queries to searchkit; each case is made from a seed, and can be again."""
