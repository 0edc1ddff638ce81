"""The ground floor: it knows no service desk.

Here live the clock, the journal, commands and events, lifecycles as tables, actors and their rights, numbering,
files, secrets, live news and the one door through which the desk calls out. Every other package stands on this one.

Words: an *actor* does something by a *command*; the command *publishes* an *event*, which becomes a *line* of the
*journal*; a *reaction* is what another package does about it, at once or as a job.
"""
