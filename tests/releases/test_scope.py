"""What is released: the repository, or one of its components."""

from __future__ import annotations

import pytest

from bot.commands.model import Refused
from bot.commands.reasons import Reason
from bot.config.releasing import AssetConfig, ComponentConfig, ReleaseConfig
from bot.releases.model import Stage
from bot.releases.scope import Scope, scope_of
from bot.releases.states import MOVES, may_move

OWN = ComponentConfig(
    paths=("oars/*",),
    tag="oars/{version}",
    workflow="oars.yml",
    assets=(AssetConfig(name="o"),),
    checksums="S",
)
CONFIG = ReleaseConfig(
    assets=(AssetConfig(name="a"),), components={"client": ComponentConfig(paths=("client/*",)), "oars": OWN}
)


def test_the_repository_itself() -> None:
    assert scope_of(CONFIG, "") == Scope(
        component="", tag="v{version}", workflow="release.yml", assets=CONFIG.assets, checksums=""
    )
    bare = scope_of(ReleaseConfig(workflow=None), "")
    assert isinstance(bare, Scope)
    assert bare.workflow == ""


def test_a_component_takes_what_it_does_not_say_from_the_repository() -> None:
    assert scope_of(CONFIG, "client") == Scope(
        component="client",
        tag="client-v{version}",
        workflow="release.yml",
        assets=CONFIG.assets,
        checksums="",
        paths=("client/*",),
    )
    assert scope_of(CONFIG, "oars") == Scope(
        component="oars",
        tag="oars/{version}",
        workflow="oars.yml",
        assets=OWN.assets or (),
        checksums="S",
        paths=("oars/*",),
    )


@pytest.mark.parametrize(
    ("config", "said"), [(CONFIG, "There are `client`, `oars`."), (ReleaseConfig(), "It names none.")]
)
def test_an_unknown_component_is_told_those_there_are(config: ReleaseConfig, said: str) -> None:
    found = scope_of(config, "mast")
    assert isinstance(found, Refused)
    assert found.reason is Reason.UNKNOWN_COMPONENT
    assert found.text.endswith(said)


def test_every_stage_has_its_moves_and_what_is_out_is_never_aborted() -> None:
    assert set(MOVES) == set(Stage)
    assert not may_move(Stage.ANNOUNCING, Stage.ABORTED)
    assert not may_move(Stage.DONE, Stage.ABORTED)
    assert all(may_move(stage, Stage.STOPPED) for stage in Stage if not stage.is_over)
