"""Exact numbers with units."""

from fabctl.quantities.dimension import Dimension

__all__ = ["Dimension"]
