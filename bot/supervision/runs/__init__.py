"""Workflow runs that hang: found by what is usual, cancelled and begun again within limits, told in one issue."""
