"""Every read of this package that has a name."""
