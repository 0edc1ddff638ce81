"""Dreiklang: the service desk for tiered IT support."""

__version__ = "0.1.0"
