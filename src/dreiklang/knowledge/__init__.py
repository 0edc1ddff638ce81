"""What the desk knows, written down so that the next one finds it.

Words: an *article* is one piece of knowledge, whatever languages it is written in; an *edition* is the article in one
language, with its own audience; a *revision* is one writing of an edition: draft, in review, published, past.
An article *answers* a question when its words do, in its own language or by what translations have taught the desk.
"""
