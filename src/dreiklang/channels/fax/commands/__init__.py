"""Every write of the fax door."""

from .arriving import take_fax
from .lines import change_line, make_line, new_token
from .reading import read_fax, show_pages

__all__ = ["change_line", "make_line", "new_token", "read_fax", "show_pages", "take_fax"]
