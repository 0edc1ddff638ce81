"""Support levels, the teams on them, who is a member when, who is away and who is on duty.

Words: a *level* (1 to 4) is a group of experts responsible for that level's work; a *team* works on one level and
belongs to an organisation: the provider's own teams, those of an external provider, and vendors on level 4.
"""
