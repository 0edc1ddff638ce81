"""Proposals from text: what a ticket seems to be about, learned from the desk's own tickets on its own machine.

Words: a *field* is what is proposed (category, kind, …); a *class* one of its values; a *model* what was learned for
a field; a *proposal* a value with its probability and its reason. A proposal is made only where the model was right
often enough before; a person decides, and what was decided is learned from.
"""
