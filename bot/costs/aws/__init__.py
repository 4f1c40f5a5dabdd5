"""AWS as this product reaches it: accounts, roles, regions, counted calls, named refusals."""
