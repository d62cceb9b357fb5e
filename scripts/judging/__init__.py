"""Measures how good rankings are."""
