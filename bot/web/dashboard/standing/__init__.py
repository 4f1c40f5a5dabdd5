"""How repositories stand: what in them needs somebody, and what is under way."""
