"""Pages of the portal: what somebody asks, and how their tickets stand, in plain words. Nothing from inside (P31)."""
