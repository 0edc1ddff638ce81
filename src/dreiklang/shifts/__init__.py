"""From one shift to the next: the book a team leaves to whoever comes, and the work of somebody who is away.

Words: an *entry* is what the next shift must know; an *open point* is an entry that stands in the book until somebody
settles it, however many shifts that takes.
"""
