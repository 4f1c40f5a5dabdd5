"""What stands in for each published action that the pack's workflows use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.actions.stand_ins.artifacts import DOWNLOAD, UPLOAD
from tests.support.actions.stand_ins.attesting import ATTEST
from tests.support.actions.stand_ins.caches import CACHE, RESTORE, SAVE
from tests.support.actions.stand_ins.cloud import CONFIGURE_AWS, ECR_LOGIN
from tests.support.actions.stand_ins.images import BUILD_PUSH, LOGIN, SETUP_BUILDX, SETUP_QEMU
from tests.support.actions.stand_ins.source import CHECKOUT
from tests.support.actions.stand_ins.tools import (
    INSTALL_TOOLS,
    SETUP_GO,
    SETUP_NODE,
    SETUP_PNPM,
    SETUP_PYTHON,
    SETUP_TERRAFORM,
    SETUP_UV,
)

if TYPE_CHECKING:
    from tests.support.actions.stand_in import StandIn

STAND_INS: dict[str, StandIn] = {
    "actions/attest": ATTEST,
    "actions/cache": CACHE,
    "actions/cache/restore": RESTORE,
    "actions/cache/save": SAVE,
    "actions/checkout": CHECKOUT,
    "actions/download-artifact": DOWNLOAD,
    "actions/setup-go": SETUP_GO,
    "actions/setup-node": SETUP_NODE,
    "actions/setup-python": SETUP_PYTHON,
    "actions/upload-artifact": UPLOAD,
    "astral-sh/setup-uv": SETUP_UV,
    "aws-actions/amazon-ecr-login": ECR_LOGIN,
    "aws-actions/configure-aws-credentials": CONFIGURE_AWS,
    "docker/build-push-action": BUILD_PUSH,
    "docker/login-action": LOGIN,
    "docker/setup-buildx-action": SETUP_BUILDX,
    "docker/setup-qemu-action": SETUP_QEMU,
    "hashicorp/setup-terraform": SETUP_TERRAFORM,
    "pnpm/action-setup": SETUP_PNPM,
    "taiki-e/install-action": INSTALL_TOOLS,
}
