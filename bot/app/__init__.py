"""The composition root: settings become clients, engine, flows and processes; only here everything knows everything."""
