"""Reads everything, changes nothing: the level board and the basic numbers. Figures of teams, never of persons (P46).

Words: a *measure* is what is counted (came, solved, breached …); every figure is the length of a list that can be
opened, because both are made from the same query.
"""
