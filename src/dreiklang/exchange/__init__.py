"""What comes in from elsewhere as a table, with preview and way back; and what the desk gives out about a person.

Words: an *import* is a file with what each of its columns means; a *line* of it becomes something or is refused; a
*disclosure* is what the desk holds about a person, put together for them.
"""
