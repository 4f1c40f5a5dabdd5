"""Looks at what a repository costs: asks the sources, keeps what they tell, adds up, forecasts, checks itself."""
