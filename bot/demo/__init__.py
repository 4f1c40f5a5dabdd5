"""The whole story on embedded defaults: the bot beside a local GitHub."""
