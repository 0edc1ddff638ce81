"""The staff: a ticket's journal drawn as music, and the same told in words.

Lines are levels, marks are interventions, strokes are handovers, rests are waiting, brackets are promises. ``score``
holds what is drawn (frozen values), ``holding`` says who had the ticket how long, ``axis`` lays working time out,
``crowding`` makes room, ``layout`` places everything, ``drawing`` and ``spark`` write the SVG, ``words`` tells the
same in sentences, ``adapter`` reads the score from the journal. Picture and words come from one score, so neither
can say what the other does not.
"""
