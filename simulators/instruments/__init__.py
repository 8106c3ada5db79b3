"""Simulated instruments on serial lines, and the person who works with them."""
