"""Every read about promises that has a name, by what it is about."""
