"""Every write about promises, by capability."""
