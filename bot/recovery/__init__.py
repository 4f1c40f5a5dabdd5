"""What was lost is found again: deliveries that never arrived, and pull requests whose events did not."""
