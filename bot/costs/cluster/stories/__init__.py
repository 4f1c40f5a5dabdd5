"""What happens to the cluster: asked for by a person or the clock, decided, done, and said."""
