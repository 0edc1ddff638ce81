"""Rules: when something happens (or nothing does), if it fits, then do what administrators have written down.

Words: a rule has an *occasion* (an event, an hour of the day, a stretch of idleness), *conditions* in the words of the
search, and *deeds*, each of which is a command that a person could give. A *run* is what a rule did on one ticket for
one occasion; a rule acts as itself, with the rights that it was given and no others.
"""
