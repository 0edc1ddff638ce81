"""Signing in at mail servers by permission instead of a password: Microsoft 365, Google, and providers of one's own.

`providers` knows addresses, scopes and what is said to them (pure); `calling` speaks to them through the one door out;
`commands` writes what was permitted; `tokens` hands out what a mail server wants to see.
"""
