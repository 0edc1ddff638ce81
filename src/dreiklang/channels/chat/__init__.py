"""The door of live chat: a widget on any web page, and the desk's answers while the visitor waits.

*Widget*: one such window: whose it is, which team answers, on which origins it may stand, its look, its secret.
*Chat*: one conversation, by a visitor who is anonymous or proven by the page's signature. *Line*: what somebody said,
numbered within its chat; the same line sent again is one line. *Transfer*: a running chat offered to a colleague or
another team, which sees it before it takes it. A taken chat is a ticket from then on, and its lines are its messages;
notes are written on the ticket, so the chat's tables hold nothing that may not leave.
"""
