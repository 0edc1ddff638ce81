"""Every write to tickets, by capability."""
