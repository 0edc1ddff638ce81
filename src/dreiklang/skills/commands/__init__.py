"""Every write of skills, by capability."""
