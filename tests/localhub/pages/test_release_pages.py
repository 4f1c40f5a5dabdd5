"""The pages of releases: drafts for those who may write, files to download, publishing by hand, stage direction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.localhub.bodies.releases import place_of
from bot.localhub.scenarios.releasing import Trouble
from bot.localhub.state import git
from bot.localhub.state.protections import Rule, Ruleset
from bot.localhub.state.releases import assets, releases

if TYPE_CHECKING:
    from bot.localhub.state.releases.nouns import Release
    from tests.support.pages import Visitor


def draft(ada: Visitor, tag: str = "v1.0.0") -> Release:
    """This function will draft a release with a whole file and one that broke off."""
    repository, bot = ada.harbour.repository, ada.hub.app.bot
    notes = "## Features\n\n- berths <script>alert(1)</script>"
    fields = releases.ReleaseFields(tag=tag, target="main", name="Harbour 1", body=notes, draft=True)
    made = releases.create(ada.hub.store, repository, fields, bot)
    whole = assets.NewAsset(name="whole.tar.gz", content=b"12345", uploader=bot)
    assets.upload(ada.hub.store, made, whole)
    assets.break_off(ada.hub.store, made, assets.NewAsset(name="half.tar.gz", content=b"12", uploader=bot))
    return made


async def test_a_draft_is_shown_to_writers_only(ada: Visitor) -> None:
    made = draft(ada)
    here = f"{ada.repository}/releases/tag/{place_of(made)}"

    assert "Harbour 1" in (await ada.get(f"{ada.repository}/releases")).text
    shown = (await ada.get(here)).text
    assert "Draft</span>" in shown
    assert "to be made of <code>main</code>" in shown
    assert "<h2>Features</h2>" in shown
    assert "<script>alert" not in shown
    assert "5 B" in shown
    assert "Its upload broke off." in shown
    assert (await ada.get(f"{ada.repository}/releases/tag/v1.0.0")).status == 404
    await ada.act_as("rao")
    assert "Harbour 1" not in (await ada.get(f"{ada.repository}/releases")).text
    assert (await ada.get(here)).status == 404


async def test_whole_files_are_downloaded_and_counted(ada: Visitor) -> None:
    made = draft(ada)
    files = f"{ada.repository}/releases/download/{place_of(made)}"

    got = await ada.get(f"{files}/whole.tar.gz")

    assert (got.status, got.text) == (200, "12345")
    assert got.headers["Content-Disposition"] == 'attachment; filename="whole.tar.gz"'
    assert [one.downloads for one in made.assets.values()] == [1, 0]
    assert (await ada.get(f"{files}/half.tar.gz")).status == 404


async def test_a_writer_publishes_by_hand(ada: Visitor) -> None:
    ada.harbour.repository.releases.clear()
    made = draft(ada, "harbour/v1")  # a component's tag, with a slash
    here = f"{ada.repository}/releases/{made.id}"
    assert (await ada.get(f"{ada.repository}/releases/latest")).status == 404
    await ada.act_as("rao")
    assert (await ada.post(f"{here}/publish", {})).status == 403
    await ada.act_as("wren")

    answer = await ada.post(f"{here}/publish", {})

    assert answer.headers["Location"] == f"{ada.repository}/releases/tag/harbour/v1"
    assert not made.draft
    shown = (await ada.get(answer.headers["Location"])).text
    assert "Latest</span>" in shown
    latest = await ada.get(f"{ada.repository}/releases/latest")
    assert latest.headers["Location"] == answer.headers["Location"]
    assert '<span class="mono">harbour/v1</span>' in (await ada.get(f"{ada.repository}/releases")).text
    assert (await ada.post(f"{here}/delete", {})).status == 303
    assert made.id not in ada.harbour.repository.releases
    assert "harbour/v1" in ada.harbour.repository.tags


async def test_a_protected_tag_keeps_a_draft_a_draft(ada: Visitor) -> None:
    rules = (Rule(type="creation"),)
    ada.harbour.repository.rulesets.append(
        Ruleset(id=1, target="tag", include=("refs/tags/v*",), rules=rules)
    )
    made = draft(ada)

    answer = await ada.post(f"{ada.repository}/releases/{made.id}/publish", {})

    assert answer.status == 422
    assert "creations being restricted" in answer.text
    assert made.draft


async def test_states_are_told_apart(ada: Visitor) -> None:
    repository, store, bot = ada.harbour.repository, ada.hub.store, ada.hub.app.bot
    git.set_tag(store, repository, "v1", repository.branches["main"], bot)
    repository.immutable_releases = True
    for tag, prerelease in (("v1", False), ("v2-rc.1", True)):
        fields = releases.ReleaseFields(tag=tag, target="main", prerelease=prerelease)
        releases.create(store, repository, fields, bot)

    shown = (await ada.get(f"{ada.repository}/releases")).text

    assert shown.count("Latest</span>") == shown.count("Pre-release</span>") == 1
    assert shown.count("Immutable</span>") == 2


async def test_what_goes_wrong_next_is_chosen_on_the_page(ada: Visitor) -> None:
    assert "Stage direction" in (await ada.get(f"{ada.repository}/releases")).text

    assert (await ada.post("/_/releases", {"trouble": "broken-off"})).status == 303
    assert ada.player.releases is Trouble.BROKEN_OFF
    assert (await ada.post("/_/releases", {"trouble": "everything"})).status == 422
    assert 'value="broken-off" selected' in (await ada.get(f"{ada.repository}/releases")).text
