"""What a desk does again and again, made ready: text blocks, macros, runbooks.

Words: a *text block* is a piece of text with placeholders, in the languages people ask in; a *macro* is several deeds
on a ticket as one; a *runbook* is a list of steps for a category, of which each that is ticked becomes an intervention.
Each belongs to a person, to a team, or to everybody at the desk.
"""
