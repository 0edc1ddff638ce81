"""Mailboxes as administrators set them up: addresses, servers, and a try whether they answer."""
