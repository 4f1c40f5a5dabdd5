"""The Terraform files of a pipeline: where they lie, and what they are first set to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.config.pipeline import InfrastructureConfig, MachinesConfig
from bot.pack.infrastructure import Owner, terraform_files
from scripts.terraform_doc import account_variables, environment_variables, orchestrator_variables
from tests.support.offline_terraform import CONFIGURED, terraform, written

if TYPE_CHECKING:
    from collections.abc import Callable

OWNER = Owner(repository="acme/breakwater", default_branch="trunk", images=("breakwater",))


def _texts(configured: InfrastructureConfig) -> dict[str, str]:
    return {file.path: file.content.decode() for file in terraform_files(configured, OWNER)}


def test_they_lie_in_the_folder_that_is_configured() -> None:
    """The reference's five files are among them."""
    made = _texts(InfrastructureConfig(folder="tools/terraform", state="abc", artifacts="abd"))

    names = {"main", "variables", "storage-nodes", "client-nodes", "outputs"}
    assert {f"tools/terraform/{name}.tf" for name in names} <= made.keys()
    assert all(path.startswith("tools/terraform/") for path in made)
    assert not [path for path in made if "__pycache__" in path]


def test_each_environment_and_the_cluster_have_settings_of_their_own() -> None:
    made = _texts(CONFIGURED)

    settings = {path for path in made if path.startswith("environments/")}
    assert settings == {f"environments/{name}.tfvars" for name in ("staging", "production", "test")}


@pytest.mark.parametrize(
    ("environment", "cluster", "is_spot"),
    [("test", "test", "true"), ("staging", "test", "true"), ("production", "production", "false")],
)
def test_only_what_is_preemptible_may_be_ended_by_the_limit(
    environment: str, cluster: str, is_spot: str
) -> None:
    configured = InfrastructureConfig(folder=".", state="abc", artifacts="abd", preemptible=("staging",))

    settings = _texts(configured)[f"environments/{environment}.tfvars"]

    assert f'cluster          = "{cluster}"\n' in settings
    assert f"spot             = {is_spot}\n" in settings
    assert f"reap             = {is_spot}\n" in settings


def test_the_account_knows_its_repository() -> None:
    settings = _texts(CONFIGURED)["bootstrap/terraform.tfvars"]

    assert 'repository       = "acme/breakwater"\n' in settings
    assert 'default_branch   = "trunk"\n' in settings
    assert 'environments     = ["staging", "production", "test"]\n' in settings
    assert 'images           = ["breakwater"]\n' in settings


ODD = {
    "nothing else": InfrastructureConfig(folder=".", state="abc", artifacts="abd"),
    "long names": InfrastructureConfig(
        folder=".",
        state="abc",
        artifacts="abd",
        environments=("a" * 32,),
        others={name: MachinesConfig(type="t3.medium", programs=("x", "y")) for name in ("a", "b" * 32)},
    ),
}


@pytest.mark.parametrize("configured", ODD.values(), ids=ODD)
def test_what_is_written_is_formatted(
    configured: InfrastructureConfig, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """`validate-config` would refuse what `terraform fmt` changes."""
    folder = written(tmp_path_factory.mktemp("odd"), configured)

    done = terraform(folder, "fmt", "-check", "-recursive", "-diff", "-no-color")

    assert done.returncode == 0, done.stdout


def test_nothing_opens_a_template() -> None:
    """HCL fills in ${…} and %{…}; names cannot hold them, whatever a policy may allow one day."""
    made = _texts(InfrastructureConfig(folder=".", state="${path.root}", artifacts="%{if true}"))

    assert 'state_bucket     = "$${path.root}"' in made["bootstrap/terraform.tfvars"]
    assert 'artifacts_bucket = "%%{if true}"' in made["bootstrap/terraform.tfvars"]


@pytest.mark.parametrize("made", [environment_variables, account_variables, orchestrator_variables])
def test_the_readme_lists_every_variable(made: Callable[[], str]) -> None:
    """`scripts/terraform_doc.py` makes the tables between the marks."""
    assert made().strip() in _texts(CONFIGURED)["README.md"]


def test_the_reference_is_made_of_its_own_machines() -> None:
    """Five storage nodes and two clients, as the reference has them."""
    settings = _texts(CONFIGURED)["environments/test.tfvars"]

    assert 'storage_nodes    = 5\nstorage_type     = "i4i.2xlarge"\n' in settings
    assert 'client_nodes     = 2\nclient_type      = "c7a.xlarge"\n' in settings
