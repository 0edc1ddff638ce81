"""Tables as other desks and spreadsheets save them; what their columns mean. Pure."""
