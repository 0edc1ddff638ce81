"""The staff: a ticket's journal drawn as music, and the same told in words.

Lines are levels, marks are interventions, strokes are handovers, rests are waiting, brackets are promises. ``score``
holds what is drawn (frozen values), ``holding`` says who had the ticket how long, ``placing`` turns it into a picture
of coordinates, ``drawing`` (with ``pieces`` and ``surroundings``) and ``spark`` write the SVG, ``words`` tells the same
in sentences, ``figure`` is both on a page. ``reading`` reads the score from journal lines, ``adapter`` fetches them.
Picture and words come from one score, so neither can say what the other does not.
"""
