"""Writes of the book, and giving the work of somebody away to others."""
