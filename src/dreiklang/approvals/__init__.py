"""Who says yes: an approval is asked for on a ticket, of one or several people, and each answers once.

*Approval*: the question, what it costs, and whether one yes is enough or all must say it. *Vote*: one person's answer,
given by a button in a mail, in the portal, or by their substitute while they are away. While it is open a task blocks
the ticket, so that nothing is called solved that nobody allowed.
"""
