"""Drives semiconductor tools through claimed process sequences while interlocks hold."""

__version__ = "0.1.0"
