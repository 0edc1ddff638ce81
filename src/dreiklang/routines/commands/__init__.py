"""Writes of what is made ready, and what is done with it."""
