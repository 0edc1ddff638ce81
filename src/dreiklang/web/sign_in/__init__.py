"""Signing in and out, by password or by a mailed link; one's own password, sessions and tokens."""
