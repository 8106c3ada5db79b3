"""Constants of nature (CODATA 2018, rounded) and conversions of units."""

GAS_CONSTANT = 8.314
"""J/(mol K)"""
BOLTZMANN = 8.617e-5
"""eV/K"""
ZERO_DEGC = 273.15
"""K, by definition."""
PSI = 6894.757
"""Pa, by definition of the pound and the inch."""
