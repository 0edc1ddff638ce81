"""What the levels learn from each other: lessons, what becomes of them, and what they change.

Words: a *lesson* is what a level that solved a case says of the levels below: with this they could have done it
themselves; its *remedy* is what would have been needed: an article, a permission, a tool, training. A lesson is an open
point until somebody settles or declines it.
"""
