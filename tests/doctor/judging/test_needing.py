"""What workflows need, read off their text."""

from __future__ import annotations

from bot.doctor.judging.needing import Needs, RoleNeed, needs_of
from bot.pack.model import PackFile

DEPLOY = b"""
on: workflow_dispatch
jobs:
  plan:
    steps:
      - uses: actions/checkout@abc
      - uses: $/.github/actions/own
      - uses: aws-actions/configure-aws-credentials@def
        with: {role-to-assume: "${{ vars.AWS_PLAN_ROLE }}"}
  apply:
    environment: ${{ inputs.environment }}
    steps:
      - uses: aws-actions/configure-aws-credentials@def
        with: {role-to-assume: "${{ vars.AWS_APPLY_ROLE }}"}
  cluster:
    environment: {name: test}
    steps:
      - run: echo "${{ secrets.REGISTRY }} ${{ secrets.GITHUB_TOKEN }}"
      - uses: aws-actions/configure-aws-credentials@def
        with: {role-to-assume: "${{ vars.AWS_APPLY_ROLE }}"}
  called:
    uses: ./.github/workflows/ci-build.yml
"""
ACTION = (
    b"runs:\n  using: composite\n  steps:\n    - uses: taiki-e/install-action@ghi\n    - run: gh pr create\n"
)


def test_roles_are_needed_where_the_job_runs() -> None:
    files = (
        PackFile(path=".github/workflows/deploy-prod.yml", content=DEPLOY),
        PackFile(path=".github/actions/own/action.yml", content=ACTION),
        PackFile(path=".github/actions/own/secrets.py", content=b"secrets.NOT_READ"),
        PackFile(path=".github/workflows/empty.yml", content=b""),
        PackFile(path="infra/terraform/x.yml", content=b"secrets.NOT_READ"),
    )

    assert needs_of(files, ("staging", "production")) == Needs(
        roles=(
            RoleNeed(environment="", variable="AWS_PLAN_ROLE"),
            RoleNeed(environment="production", variable="AWS_APPLY_ROLE"),
            RoleNeed(environment="staging", variable="AWS_APPLY_ROLE"),
            RoleNeed(environment="test", variable="AWS_APPLY_ROLE"),
        ),
        secrets=frozenset({"REGISTRY"}),
        actions=frozenset(
            {
                "actions/checkout@abc",
                "aws-actions/configure-aws-credentials@def",
                "taiki-e/install-action@ghi",
            }
        ),
        opens_pulls=True,
    )
