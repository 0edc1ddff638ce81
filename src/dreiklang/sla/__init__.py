"""What was promised, and whether it is kept: agreements, targets, clocks.

Words: an *agreement* is a contract with a customer (SLA), between the levels (OLA) or with a vendor (underpinning
contract); each change of it is a *version* with its days of validity. A *target* is a promise in working time for
a first response, the next update or the resolution. A *clock* measures one target on one ticket; it is computed
from the journal and can always be computed again. A *share* is what a level may use of the customer's promise.
"""
