"""Whom programs run as: the owner of their folder or a named user, and on an instance never as root."""

from __future__ import annotations

import asyncio
import json
import os
import pwd
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.config.agents import HostConfig
from bot.config.cost_settings import CostSettings
from bot.config.costing import AccountConfig
from bot.costs.aws.accounts import Aws
from bot.supervision.hosts.document import DOCUMENT, document_text
from bot.supervision.hosts.local import LocalHost
from bot.supervision.hosts.model import Order, Result
from bot.supervision.hosts.reaching import Machines
from bot.supervision.hosts.ssm import SsmHost
from tests.support.cloud.aws import cloud
from tests.support.driving_hosts import INSTANCE, WAYS, reached
from tests.support.looking import ROCKET

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from bot.supervision.hosts.model import Host
    from tests.support.driving_hosts import Reached

NOBODY = "nobody"
WHO = ("sh", "-c", "id -un; echo $HOME; env | grep -c AWS")

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


@pytest.fixture(params=WAYS)
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Reached]:
    """This machine, reached in each of the two ways; its instance has the document as it is shipped."""
    async with reached(request.param) as made:
        if made.world is not None:
            made.world.remote.documents[DOCUMENT] = json.loads(document_text())
            made.world.remote.environment["AWS_SSM_INSTANCE_ID"] = INSTANCE
        yield made


@pytest.fixture
def theirs() -> Iterator[Path]:
    """A folder of nobody's, which they can reach."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        made = Path(folder, "theirs")
        made.mkdir()
        os.chown(made, pwd.getpwnam(NOBODY).pw_uid, -1)
        yield made


@needs_root
async def test_a_program_runs_as_the_owner_of_its_folder(place: Reached, theirs: Path) -> None:
    """Of the folder that would hold it, where it is not there yet; nothing of our environment is passed on."""
    for folder in (theirs, theirs / "not/yet"):
        answer = await place.host.run(Order(argv=WHO, folder=str(folder)))
        assert isinstance(answer, Result)
        assert answer.out.split() == [NOBODY, pwd.getpwnam(NOBODY).pw_dir, "0"]


@needs_root
async def test_a_host_can_name_who_runs_it(place: Reached, theirs: Path) -> None:
    answer = await _of(place.host, "daemon").run(Order(argv=("id", "-un"), folder=str(theirs)))
    assert answer == Result(code=0, out="daemon\n", err="")


async def test_a_user_that_is_not_there_is_told(place: Reached) -> None:
    answer = await _of(place.host, "no-such-user").run(Order(argv=("id",)))
    assert answer == Result(code=126, out="", err="there is no user no-such-user\n")


@needs_root
@pytest.mark.parametrize("user", [None, "root"])
async def test_nothing_is_run_as_root_on_an_instance(place: Reached, user: str | None) -> None:
    """The bot's own machine is the operator's: there its own user may do what it may."""
    answer = await _of(place.host, user).run(Order(argv=("id", "-u"), folder="/root"))
    if place.world is None:
        assert answer == Result(code=0, out="0\n", err="")
    else:
        said = "nothing is run as root: name another user for the host\n"
        assert answer == Result(code=126, out="", err=said)


@needs_root
async def test_nobody_gets_root_by_what_they_put_in_a_folders_place(theirs: Path) -> None:
    """A link of theirs leads to a folder that is root's, where they may write; so nothing runs there as root.

    https://github.com/OpenRC/openrc/issues/201
    """
    (theirs / "x").symlink_to(theirs.parent)
    os.lchown(theirs / "x", pwd.getpwnam(NOBODY).pw_uid, -1)
    theirs.parent.joinpath("open").mkdir()
    theirs.parent.joinpath("open").chmod(0o1777)
    for folder in (theirs / "x/open", theirs.parent / "open", theirs / "x"):
        answer = await LocalHost().run(Order(argv=("id", "-un"), folder=str(folder)))
        assert isinstance(answer, Result)
        if folder == theirs / "x":
            assert answer.out == f"{NOBODY}\n"
        else:
            said = f"others could have put {folder} there for root: name a user for the host\n"
            assert answer == Result(code=126, out="", err=said)


@needs_root
async def test_who_is_not_root_becomes_nobody_else(theirs: Path) -> None:
    """A bot that is not root runs what belongs to others as itself, but not as a user that was named."""
    script = (
        "sh",
        "-c",
        (Path(__file__).parents[3] / "bot/supervision/programs/scripts/as_owner.sh").read_text(),
    )
    for user, said in (("", "nobody"), ("daemon", "only root can run it as daemon")):
        argv = (*script, "pilothouse", "any", user, "/root", "/", "id", "-un")
        answer = await LocalHost(user=NOBODY).run(Order(argv=argv, folder=str(theirs)))
        assert isinstance(answer, Result)
        assert (answer.out + answer.err).strip() == said


STRANGE = (
    ("program", "$(id)"),
    ("program", "aGVsbG8=\n; id"),
    ("folder", "/"),
    ("user", "root; id"),
    ("user", "$(id)"),
    ("directory", "'; id; '"),
    ("executionTimeout", "0"),
    ("executionTimeout", "1; id"),
    ("commands", "id"),
)


async def test_nothing_but_what_a_parameter_allows_reaches_the_script() -> None:
    """Whoever has the bot's credentials runs programs as the agents' users, and nothing as root.

    https://github.com/jupyter-infra/jupyter-deploy/issues/370
    """
    async with cloud() as world:
        world.remote.manage(INSTANCE, Path("/"))
        ssm = boto3.client("ssm", endpoint_url=world.url)
        for parameter, value in STRANGE:
            given = {
                "revision": ["1"],
                "program": ["H4sIAAAAAAAAAw=="],
                "folder": ["Lw=="],
                parameter: [value],
            }
            send = partial(ssm.send_command, InstanceIds=[INSTANCE], DocumentName=DOCUMENT, Parameters=given)
            with pytest.raises(ssm.exceptions.InvalidParameters):
                await asyncio.to_thread(send)
        assert world.remote.invocations == []


async def test_the_document_is_one_that_systems_manager_takes() -> None:
    said = CliRunner().invoke(main, ["supervision", "document"])
    assert said.exit_code == 0, said.output
    async with cloud() as world:
        ssm = boto3.client("ssm", endpoint_url=world.url)
        create = partial(ssm.create_document, Content=said.stdout, Name=DOCUMENT, DocumentType="Command")
        made = (await asyncio.to_thread(create))["DocumentDescription"]
    assert made["SchemaVersion"] == "2.2"
    known = {"revision", "program", "folder", "user", "directory", "executionTimeout"}
    assert {one["Name"] for one in made["Parameters"]} == known


def test_what_the_repository_says_of_a_host_is_who_runs_there() -> None:
    hosts = {
        "ours": HostConfig(user="a1"),
        "far": HostConfig(instance=INSTANCE, user="a2"),
        "plain": HostConfig(instance=INSTANCE),
    }
    settings = CostSettings(
        local_repositories=frozenset({ROCKET.full_name.lower()}),
        aws_repositories=frozenset({ROCKET.full_name.lower()}),
    )
    accounts = (AccountConfig(id="123456789012"),)
    machines = Machines(
        repository=ROCKET, hosts=hosts, accounts=accounts, settings=settings, aws=Aws(settings)
    )
    assert machines.reach("ours") == LocalHost(user="a1")
    assert machines.reach(None) == LocalHost()
    far, plain = machines.reach("far"), machines.reach("plain")
    assert isinstance(far, SsmHost)
    assert isinstance(plain, SsmHost)
    assert (far.user, plain.user) == ("a2", None)


def _of(host: Host, user: str | None) -> Host:
    """The same machine, on which that user runs everything."""
    if isinstance(host, SsmHost):
        return SsmHost(account=host.account, region=host.region, instance=host.instance, user=user)
    return LocalHost(user=user)
