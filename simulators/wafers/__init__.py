"""Wafers of the simulated fab: where each is, what it is made of, what a step does to it."""
