"""On paper: a ticket as PDF, for those inside with everything they may see, for outside with what was said."""
