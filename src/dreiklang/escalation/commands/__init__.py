"""Every write between the levels, by capability."""
