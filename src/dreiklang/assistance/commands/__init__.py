"""Every write, a module per capability."""
