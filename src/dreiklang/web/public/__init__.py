"""Pages for people without an account: the answer to 'does it work again?' by one click in a mail."""
