"""Placing: from the facts of a score to a picture of coordinates, before anything is written as SVG.

``axis`` lays working time out, ``crowding`` makes room on the lines, ``way`` has ribbons, rests and strokes,
``brackets`` the promises, ``timeline`` the words below. ``labels`` and ``lettering`` find room for words, ``layout``
brings all together in a ``picture``; ``frame`` holds the sizes.
"""
