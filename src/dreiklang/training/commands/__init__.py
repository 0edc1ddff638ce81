"""Every write of what the levels learn, by capability."""
