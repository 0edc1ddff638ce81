"""Every write of this package."""
