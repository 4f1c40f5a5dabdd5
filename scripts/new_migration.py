"""Write the next migration: the difference between the newest revision and bot/storage/tables.py.

Usage: python scripts/new_migration.py "what changes"
"""

import pathlib
import sys

import sqlalchemy
from alembic import command
from alembic.config import Config

VERSIONS = pathlib.Path(__file__).parent.parent / "bot" / "storage" / "migrations" / "versions"

config = Config()
config.set_main_option("script_location", "bot:storage/migrations")
with sqlalchemy.create_engine("sqlite://").begin() as connection:
    config.attributes["connection"] = connection
    existing = sorted(VERSIONS.glob("[0-9]*.py"))
    if existing:
        command.upgrade(config, "head")
    command.revision(config, sys.argv[1], autogenerate=True, rev_id=f"{len(existing) + 1:04}")
