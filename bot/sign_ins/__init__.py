"""Who has signed in to the dashboard, and how long that holds."""
