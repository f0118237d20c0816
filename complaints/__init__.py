"""What a complaint is: the case, people and units, clocks, letters, survey, portal. Knows the engine, not the web."""
