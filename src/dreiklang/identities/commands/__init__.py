"""Every write of this package: setting sources up, coming in by one, untying."""
