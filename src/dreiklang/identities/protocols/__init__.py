"""How sources are spoken to: each protocol turns what it hears into a claim, or refuses with a plain sentence."""
