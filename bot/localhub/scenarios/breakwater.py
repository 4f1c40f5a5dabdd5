"""A second repository of the demo: a storage system in Rust that has no pipeline yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.localhub.state import accounts

if TYPE_CHECKING:
    from bot.localhub.scenarios.player import Player
    from bot.localhub.state.nouns import App, Repository
    from bot.localhub.state.store import Store

FULL_NAME = "acme/breakwater"
_ROLES = {"amara": "admin", "wren": "write", "kofi": "write", "rao": "read"}
_CRATES = {"store": "keeps blocks", "wire": "carries them", "gate": "lets ships in"}
_TEST = """
#[cfg(test)]
mod tests {
    #[test]
    fn it_is_named() {
        assert_eq!(super::NAME, "%s");
    }
}
"""
_LONG = """\
#[test]
fn what_is_carried_is_kept() {
    assert_ne!(breakwater_wire::NAME, breakwater_store::NAME);
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakwater:
    """The repository."""

    repository: Repository


def found(store: Store, player: Player, app: App) -> Breakwater:
    """This function will make the repository and install the App on it; its workflows play as its files have them."""
    repository = accounts.create_repository(store, FULL_NAME, files=_files())
    repository.description = "Keeps blocks where no wave reaches them: a workspace of three crates."
    repository.language = "Rust"
    for login, role in _ROLES.items():
        accounts.set_role(repository, store.user(login), role)
    player.follow_files(repository)
    accounts.install(store, app, repository)
    return Breakwater(repository=repository)


def _files() -> dict[str, bytes | str]:
    files: dict[str, bytes | str] = {
        "README.md": "# Breakwater\n\nKeeps blocks where no wave reaches them.\n",
        "Cargo.toml": '[workspace]\nresolver = "2"\nmembers = ["crates/*"]\n',
        "rust-toolchain.toml": '[toolchain]\nchannel = "stable"\ncomponents = ["clippy", "rustfmt"]\n',
        "crates/store/tests/carried.rs": _LONG,
        "crates/gate/src/main.rs": 'fn main() {\n    println!("{}", breakwater_gate::NAME);\n}\n',
    }
    for name, does in _CRATES.items():
        others = '\n[dev-dependencies]\nbreakwater-wire = { path = "../wire" }\n' if name == "store" else ""
        files[f"crates/{name}/Cargo.toml"] = (
            f'[package]\nname = "breakwater-{name}"\nversion = "0.1.0"\nedition = "2024"\n{others}'
        )
        files[f"crates/{name}/src/lib.rs"] = (
            f'//! What {does}.\n\n/// Its name.\npub const NAME: &str = "{name}";\n{_TEST % name}'
        )
    return files
