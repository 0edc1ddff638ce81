"""Who can do what, and how well: skills with grades, certificates with expiry, and what each team needs.

Words: a *skill* is something one can be good at; an *ability* is a person's grade in it, claimed by themselves or
confirmed by a lead; a *need* says how many of a team should have a skill at which grade; a *gap* is what is missing.
"""
