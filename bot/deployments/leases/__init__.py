"""Who holds an environment: leases, locks and the queue behind them."""
