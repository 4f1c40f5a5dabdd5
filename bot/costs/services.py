"""What the stories of cost may use of the world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.commands.spec import Services
    from bot.config.cost_settings import CostSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class CostServices:
    """What commands may use, with what the operator has set about costs."""

    services: Services
    settings: CostSettings
