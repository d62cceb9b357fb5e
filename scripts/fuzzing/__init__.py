"""Feeds damaged files, segments, manifests and queries to searchkit. Each case can be repeated by
its seed."""
