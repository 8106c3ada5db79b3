"""Exact numbers with units: "120 Å", "399.9 degC"."""

from fabctl.quantities.dimension import Dimension
from fabctl.quantities.number import QuantityError, exact, less, parse_number, show_number
from fabctl.quantities.quantity import Quantity, difference_unit, find_unit

__all__ = [
    "Dimension",
    "Quantity",
    "QuantityError",
    "difference_unit",
    "exact",
    "find_unit",
    "less",
    "parse_number",
    "show_number",
]
