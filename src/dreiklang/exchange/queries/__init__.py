"""Reads of imports and disclosures."""
