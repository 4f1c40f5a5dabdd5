"""Says why a service has cost more than usual, where what was metered and deployed tells it."""
