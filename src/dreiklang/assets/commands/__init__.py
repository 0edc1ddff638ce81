"""Every write about configuration items, by capability."""
