"""A wafer's cross-section as data, and the predicates on it.

Lengths are nm, areas nm²; x runs along the wafer, z upwards. A section is a partition of a
rectangular domain into solid regions, ambient (open to the top) and voids (sealed in).
"""
