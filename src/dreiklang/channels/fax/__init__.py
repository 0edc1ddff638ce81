"""The fax door. A line is one way by which faxes come: a gateway's mails, a fax server's call; and by which they leave.

A fax becomes a ticket with its file; then a limited child turns its pages into pictures.
"""
