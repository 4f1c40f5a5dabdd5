"""How fast content writes and calls are let go."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How fast one installation's calls are let go, so that GitHub's secondary limits stay far.

    GitHub allows 80 content writes and 900 points a minute, and asks for a second between writes. A short burst
    lets an acknowledgement out at once: 10 + 60 writes and 300 + 600 points are the most in any minute.
    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
    """

    writes_a_second: float = 1.0
    write_burst: int = 10
    summary_reserve: int = 3  # writes of the burst that summaries leave to gates and acknowledgements
    points_a_second: float = 10.0
    point_burst: int = 300
