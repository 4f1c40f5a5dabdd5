"""The budget's ladder: at which part of the limit what is told, stopped, ended, and given back."""
