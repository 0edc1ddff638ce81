"""Decisions and sums of what the levels learn: pure functions, frozen values."""
