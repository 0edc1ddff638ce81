"""What we look after: configuration items, of which services are the first kind.

Words: a *service* is what people need for their work (a hospital information system, mail); its *criticality* says how
badly operations need it, its *uses* which customers depend on it and how many people there. What an hour without it
costs is the ground of the cost of an outage.
"""
