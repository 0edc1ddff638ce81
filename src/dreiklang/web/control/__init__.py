"""Control: where administrators set the desk up. One search box over all settings; each says what it is for."""
