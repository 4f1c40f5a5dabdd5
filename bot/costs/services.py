"""What the stories of cost may use of the world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bot.commands.spec import Services
    from bot.config.cost_settings import CostSettings
    from bot.costs.aws.accounts import Aws


@dataclass(frozen=True, slots=True, kw_only=True)
class CostServices:
    """What commands may use, with what the operator has set about costs."""

    services: Services
    settings: CostSettings
    aws: Aws  # one for the whole process, so that credentials and prices are kept
    clock: Callable[[], datetime]  # the time at which something is done, however long ago it was decided
