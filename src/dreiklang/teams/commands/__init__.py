"""Every write about teams, by capability: teams, members, absence, duty."""
