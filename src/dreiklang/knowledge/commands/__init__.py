"""Writes, a module per capability."""
