"""What can be ordered, and what becomes of an order.

*Entry*: something the desk offers, such as a new account; it is changed by new *versions*, each with its form (a JSON
Schema) and its plan. *Plan*: who must say yes, and in which steps it is done. *Request* (ServiceRequest on the ticket):
one order, with the answers given and the version they were given to; its steps become tasks of the ticket, one step
after the other.
"""
