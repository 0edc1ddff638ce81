"""Web push: news on a phone or computer, also while the desk is closed there.

A *device* is a browser that its owner switched on; a *push* is one piece of news for one device. Agents are pushed the
news of the desk that they chose, requesters the answers to their tickets. Sender and first line travel encrypted for
the device alone (RFC 8291), signed with keys that the desk has made for itself (RFC 8292); the push service in between
reads neither. What a push tells is put together when it leaves, with the rights of that moment.
"""
