"""The one gate behind all doors: a mail is stored raw, then settled once: it joins, opens, is held or left (B10).

`rules` is the table of decisions, `commands` take mails in and settle what is held, `queries` show what came in and
what became of it. docs/decisions/0009-the-gate.md has the table in words.
"""
