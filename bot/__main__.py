"""`python -m bot` is `pilothouse`."""

from bot.cli import main

main()
