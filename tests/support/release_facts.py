"""Facts of a release that nothing stands against."""

from __future__ import annotations

from bot.config.releasing import AssetConfig, ReleaseConfig
from bot.deployments.judging.fact_model import CheckFact
from bot.github.models import Permission
from bot.github.release_models import Asset
from bot.releases.judging.fact_model import Asked, ReleaseFacts, WorkflowFacts
from bot.releases.notes.sanity import VersionFacts
from bot.releases.scope import Scope
from tests.support.commands import HEAD, PERSON, WEB, WRITTEN_AT

ASSETS = (AssetConfig(name="*-linux-x64.tar.gz"),)
SCOPE = Scope(component="", tag="v{version}", workflow="release.yml", assets=ASSETS, checksums="")
VERSIONS = VersionFacts(
    version="1.1.0",
    branch="main",
    is_default_branch=True,
    previous="1.0.0",
    last="1.0.0",
    newest="1.0.0",
    rival="1.0.0",
    top="1.0.0",
    needed=None,
    changes=3,
)


def green(name: str = "test", conclusion: str = "success", *, status: str = "completed") -> CheckFact:
    """This function will make a check of the commit."""
    said = conclusion if status == "completed" else ""
    return CheckFact(name=name, status=status, conclusion=said, app_id=15368, url=f"{WEB}/runs/1")


def release_facts(config: ReleaseConfig | None = None) -> ReleaseFacts:
    """This function will make the facts of a release that nothing stands against."""
    return ReleaseFacts(
        asked=Asked(
            version="1.1.0",
            tag="v1.1.0",
            component="",
            branch="main",
            default_branch="main",
            sha=HEAD,
            author=PERSON,
        ),
        now=WRITTEN_AT,
        web_url=WEB,
        permission=Permission.MAINTAIN,
        config=config or ReleaseConfig(assets=ASSETS),
        scope=SCOPE,
        checks=(green(),),
        versions=VERSIONS,
        workflow=WorkflowFacts(file="release.yml", on_tag=True),
    )


def asset(name: str, *, size: int = 10, digest: str = "", state: str = "uploaded") -> Asset:
    """This function will make a file of a release."""
    return Asset(
        id=7,
        name=name,
        state=state,
        size=size,
        digest=digest or "sha256:" + "ab" * 32,
    )
