"""Every write of approvals."""

from .asking import ask_approval, withdraw_approval
from .reminding import remind_voter
from .voting import make_vote_link, vote, vote_by_link

__all__ = ["ask_approval", "make_vote_link", "remind_voter", "vote", "vote_by_link", "withdraw_approval"]
