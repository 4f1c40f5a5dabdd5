"""The ways in which the limit acts, one file each: ending spot instances, denying model calls, EC2 fleets."""
