"""Every read that has a name."""
