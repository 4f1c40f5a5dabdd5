"""What people are told of sessions in trouble: one issue for each, closed when its trouble is over."""
