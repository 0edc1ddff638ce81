"""Every write about accounts, by capability: sign-ins, passwords, one-time links, tokens, attempts, preferences."""
