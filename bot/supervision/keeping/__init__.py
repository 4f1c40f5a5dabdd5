"""The rows of what is watched: kept as the configuration says, looked at as the clock says."""
