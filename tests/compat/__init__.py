"""Segments of every version of the format, readable for ever."""
