"""When somebody is there to answer: working hours, holidays, zones, and the arithmetic of working time.

Words: a *calendar* opens in *spans* of the wall clock, several a day if need be; a day that stays shut is
*closed* (a public holiday of the *region*, a *holiday* written down by date, an extra closed day). *Working
time* is the real time that passes while the calendar is open. Agreements, the staff and the automatic
closing of tickets all count in it; what they count is decided here, in `rules`, and nowhere else.
"""
