"""Exact numbers with units."""
