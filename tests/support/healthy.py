"""A repository with the whole pack, set up as it should be; and its AWS."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from bot.config.repository import PATH, RepositoryConfig, configuration_from_yaml
from bot.doctor.judging.trusting import PROVIDER
from bot.localhub.state import deployments, protection, runs
from bot.localhub.state.issues import label_of
from bot.localhub.state.protections import Rule, Ruleset
from bot.pack.installing.recording import Written, blob_id, record_text
from bot.pack.model import CHECKS, RECORD, Workflow
from bot.pack.rendering.pack import About, pack_files
from tests.support.cloud.aws import HOME as ACCOUNT
from tests.support.examined import NAME
from tests.support.hub_client import receiving

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.examined import Patient

REGION = "eu-central-1"
STATE, ARTIFACTS = "reef-state", "reef-artifacts"
POLICY = f"""\
version: 1
environments:
  production: {{workflow: deploy-prod.yml, plan: {{}}}}
merge: {{checks: [ci-build, tests-all, integration-tests]}}
pipeline:
  projects: {{main: {{kind: cargo}}}}
  suites: {{jepsen: {{run: cargo test}}}}
  release: {{binaries: [reef]}}
  infrastructure:
    region: {REGION}
    state: {STATE}
    artifacts: {ARTIFACTS}
    environments: [production]
"""
ROLES = {
    "": ("AWS_PLAN_ROLE",),
    "production": ("AWS_APPLY_ROLE", "AWS_PUSH_ROLE"),
    "test": ("AWS_APPLY_ROLE",),
}


@cache
def files() -> Mapping[str, bytes]:
    """This function will make the files that `pilothouse init` would have written, once for all tests of a process."""
    config = configuration_from_yaml(POLICY.encode())
    assert isinstance(config, RepositoryConfig)
    assert config.pipeline is not None
    about = About(full_name=NAME, default_branch="main", bot_login="pilothouse[bot]")
    made = {file.path: file.content for file in pack_files(config.pipeline, about)}
    written = {path: Written(blob=blob_id(content)) for path, content in made.items()}
    record = record_text(written, config.pipeline)
    return {**made, RECORD: record, PATH: POLICY.encode()}


def role(variable: str, environment: str = "") -> str:
    """This function will name a role as bootstrap/ does."""
    name = variable.removeprefix("AWS_").removesuffix("_ROLE").lower()
    return f"arn:aws:iam::{ACCOUNT}:role/pilothouse-{name}{f'-{environment}' if environment else ''}"


async def make_healthy(patient: Patient) -> None:
    """This function will set up everything around the files as it should be."""
    store, repository = patient.hub.store, patient.repository
    patient.installation.permissions["workflows"] = "write"
    for workflow in Workflow:
        runs.workflow_of(store, repository, workflow.value, name=workflow.value)
    async with receiving(patient.hub):
        _ran(patient, Workflow.ALARM.value)
        await patient.hub.settle()
    patient.hub.set_webhook("https://bot.example.org/webhook")
    required = [{"context": check, "integration_id": store.actions_app.id} for check in CHECKS.values()]
    parameters = {"required_status_checks": required, "strict_required_status_checks_policy": False}
    rules = (Rule(type="required_status_checks", parameters=parameters),)
    repository.rulesets.append(Ruleset(id=store.next_id(), rules=rules))
    repository.settings.actions.opens_pulls = True
    repository.immutable_releases = True
    label_of(store, repository, "needs review")
    for name, variables in ROLES.items():
        values = repository.settings.own
        if name:
            environment = deployments.environment_of(store, repository, name)
            environment.branches = "custom"
            protection.enable(store, repository, name, patient.hub.app)
            values = environment.values
        values.variables |= {variable: role(variable, name) for variable in variables}


def _ran(patient: Patient, file: str) -> None:
    store, repository = patient.hub.store, patient.repository
    workflow = runs.workflow_of(store, repository, file, name=file)
    head = repository.branches["main"]
    new = runs.NewRun(head_sha=head, head_branch="main", actor=store.user("ada"), event="schedule")
    run = runs.start_run(store, repository, workflow, new, jobs=("listen",))
    runs.finish_job(store, run.latest.jobs[0], "success")
    runs.finish_run(store, run)
    patient.clock.advance(timedelta(minutes=20))


def make_healthy_aws(url: str) -> None:
    """This function will set up buckets, GitHub's identity provider and the roles as bootstrap/ does."""
    s3 = boto3.client("s3", region_name=REGION, endpoint_url=url)
    for bucket in (STATE, ARTIFACTS):
        _make_bucket(s3, bucket)
    iam = boto3.client("iam", region_name=REGION, endpoint_url=url)
    iam.create_open_id_connect_provider(
        Url=f"https://{PROVIDER}", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["0" * 40]
    )
    for environment, variables in ROLES.items():
        for variable in variables:
            suffix = f"environment:{environment}" if environment else "ref:refs/heads/main"
            make_role(iam, role(variable, environment).rpartition("/")[2], f"repo:{NAME}:{suffix}")


def _make_bucket(s3: Any, bucket: str) -> None:
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    by_key = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/pilothouse"}
    s3.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": by_key}]},
    )
    blocks = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=dict.fromkeys(blocks, True))
    only_tls = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": f"arn:aws:s3:::{bucket}/*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    document = {"Version": "2012-10-17", "Statement": [only_tls]}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(document))


def make_role(iam: Any, name: str, subject: str) -> None:
    """This function will make a role that jobs of this subject can take."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{PROVIDER}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": {f"{PROVIDER}:aud": "sts.amazonaws.com", f"{PROVIDER}:sub": subject}},
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))
