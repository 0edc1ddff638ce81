"""Decisions of the fax door from plain values: whose number a mail names, where an answer goes. Pure."""

from .numbers import answer_address, answer_subject, number_in

__all__ = ["answer_address", "answer_subject", "number_in"]
