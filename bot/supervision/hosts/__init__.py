"""Machines that sessions run on, one file for each way to reach them."""
