"""What a scrape is told of the bot's reach: installations, repositories, people, limits that GitHub named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import func, select

from bot.storage.web_tables import known_repositories, rate_budgets, sign_ins

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from prometheus_client.core import Metric
    from sqlalchemy import Connection

GAUGES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "pilothouse_installations": ("Installations of the App that events have told of.", ()),
    "pilothouse_repositories": ("Repositories that the App may see, as events have told.", ()),
    "pilothouse_signed_in": ("Sign-ins to the dashboard that hold.", ()),
    "pilothouse_github_blocked_until_timestamp_seconds": (
        "Until when GitHub serves an installation nothing; told where several workers share limits.",
        ("installation",),
    ),
}


def installed_gauges(connection: Connection, now: datetime) -> tuple[Metric, ...]:
    """This function will count what the bot serves."""
    families = {name: GaugeMetricFamily(name, text, labels=labels) for name, (text, labels) in GAUGES.items()}
    known = known_repositories.c
    installations, repositories = connection.execute(
        select(func.count(known.installation_id.distinct()), func.count()).where(known.is_removed.is_(False))
    ).one()
    signed_in = connection.execute(
        select(func.count()).select_from(sign_ins).where(sign_ins.c.expires_at > now)
    ).scalar_one()
    families["pilothouse_installations"].add_metric((), installations)
    families["pilothouse_repositories"].add_metric((), repositories)
    families["pilothouse_signed_in"].add_metric((), signed_in)
    limits = rate_budgets.c
    blocked = connection.execute(
        select(limits.installation_id, limits.blocked_until).where(limits.blocked_until > now)
    )
    for installation_id, until in blocked:
        families["pilothouse_github_blocked_until_timestamp_seconds"].add_metric(
            (str(installation_id),), until.timestamp()
        )
    return tuple(families.values())
