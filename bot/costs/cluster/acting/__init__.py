"""How the cluster is priced, made and ended: by EC2 itself, or by the workflow that the configuration names."""
