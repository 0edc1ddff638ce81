"""Every read of what the levels learn, by what it is about."""
