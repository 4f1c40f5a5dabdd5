"""Serves the AWS provider's schema to Terraform, and makes nothing: `provider.py SCHEMA [SOCKET]`.

It speaks Terraform's protocol 6 by PyPI's `tf`. With STUB_MOTO set to moto's address, instances are made there.
"""

# ruff: noqa: N802, D102 - methods have the names of the protocol
from __future__ import annotations

import base64
import hashlib
import json
import os
import sys
import tempfile
import time
from concurrent import futures
from pathlib import Path
from typing import TYPE_CHECKING, Any

# These are there in the provider's own environment, not in the tests'.
import grpc  # type: ignore[import-untyped, import-not-found, unused-ignore]
import msgpack  # type: ignore[import-untyped, import-not-found, unused-ignore]
from instances import Machines  # type: ignore[import-not-found]  # beside this file
from tf.gen import grpc_controller_pb2 as controller  # type: ignore[import-not-found]
from tf.gen import grpc_controller_pb2_grpc as controller_rpc
from tf.gen import grpc_stdio_pb2_grpc as stdio_rpc
from tf.gen import tfplugin_pb2 as pb
from tf.gen import tfplugin_pb2_grpc as rpc
from tf.runner import _self_signed_cert  # type: ignore[import-not-found]

if TYPE_CHECKING:
    from collections.abc import Callable

Body = dict[str, Any]  # of a schema: a block's attributes and blocks
UNKNOWN = msgpack.ExtType(0, b"\x00")
ACCOUNT = "123456789012"
NESTING = {name: getattr(pb.Schema.NestedBlock, name.upper()) for name in ("single", "list", "set", "map")}


def read(value: Any) -> Any:
    """This function will read a value as Terraform sends it."""
    return msgpack.unpackb(value.msgpack, strict_map_key=False) if value.msgpack else None


def write(value: Any) -> Any:
    """This function will write a value as Terraform takes it."""
    return pb.DynamicValue(msgpack=msgpack.packb(value))


def told(schema: Body) -> Any:
    """This function will write a schema as Terraform takes it."""
    return pb.Schema(version=0, block=_block(schema["block"]))


def _block(body: Body) -> Any:
    attributes = [
        pb.Schema.Attribute(
            name=name,
            type=json.dumps(each["type"]).encode(),
            **{flag: each.get(flag, False) for flag in ("required", "optional", "computed")},
        )
        for name, each in body["attributes"].items()
        if name != "alias"
    ]
    blocks = [
        pb.Schema.NestedBlock(
            type_name=name,
            nesting=NESTING[each["nesting_mode"]],
            min_items=each.get("min_items", 0),
            max_items=each.get("max_items", 0),
            block=_block(each["block"]),
        )
        for name, each in body.get("block_types", {}).items()
    ]
    return pb.Schema.Block(version=0, attributes=attributes, block_types=blocks)


def filled(body: Body, values: Any, fill: Callable[[str, Any], Any]) -> Any:
    """This function will fill what AWS fills in and nobody has said."""
    if not isinstance(values, dict):
        return values
    for name, each in body["attributes"].items():
        given = values.get(name)
        if name in values and each.get("computed") and (given is None or isinstance(given, msgpack.ExtType)):
            values[name] = fill(name, each["type"])
    for name, each in body.get("block_types", {}).items():
        inner = values.get(name)
        if isinstance(inner, list):
            values[name] = [filled(each["block"], one, fill) for one in inner]
        elif isinstance(inner, dict):
            values[name] = filled(each["block"], inner, fill)
    return values


def invented(seed: str) -> Callable[[str, Any], Any]:
    """This function will make what invents the values that AWS would."""
    digest = hashlib.sha256(seed.encode()).hexdigest()
    known = {
        "private_ip": f"10.0.{int(digest[:2], 16)}.{int(digest[2:4], 16)}",
        "arn": f"arn:aws:stub:us-east-1:{ACCOUNT}:{digest[:12]}",
        "account_id": ACCOUNT,
        "partition": "aws",
        "dns_suffix": "amazonaws.com",
        "region": "us-east-1",
        "json": "{}",
        "id": digest[:17],
    }
    empty: dict[str, Any] = {"number": 0, "bool": False, "list": [], "set": [], "map": {}}

    def invent(name: str, kind: Any) -> Any:
        if kind == "string":
            return known.get(name, f"{name}-{digest[:8]}")
        return empty.get(kind if isinstance(kind, str) else kind[0])

    return invent


class Provider(rpc.ProviderServicer):  # type: ignore[misc]  # untyped, as the imports are
    """The provider's side of the protocol; its methods have the protocol's names."""

    def __init__(self, schema: Body, machines: Machines | None) -> None:
        self.schema, self.machines = schema, machines

    def GetMetadata(self, _: Any, context: Any) -> None:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "ask for the schema")

    def GetProviderSchema(self, _: Any, __: Any) -> Any:
        return pb.GetProviderSchema.Response(
            provider=told(self.schema["provider"]),
            provider_meta=pb.Schema(block=pb.Schema.Block()),
            resource_schemas={name: told(one) for name, one in self.schema["resource_schemas"].items()},
            data_source_schemas={name: told(one) for name, one in self.schema["data_source_schemas"].items()},
            server_capabilities=pb.ServerCapabilities(get_provider_schema_optional=False),
        )

    def ValidateProviderConfig(self, _: Any, __: Any) -> Any:
        return pb.ValidateProviderConfig.Response()

    def ValidateResourceConfig(self, _: Any, __: Any) -> Any:
        return pb.ValidateResourceConfig.Response()

    def ValidateDataResourceConfig(self, _: Any, __: Any) -> Any:
        return pb.ValidateDataResourceConfig.Response()

    def ConfigureProvider(self, _: Any, __: Any) -> Any:
        return pb.ConfigureProvider.Response()

    def StopProvider(self, _: Any, __: Any) -> Any:
        return pb.StopProvider.Response()

    def UpgradeResourceState(self, request: Any, _: Any) -> Any:
        state = json.loads(request.raw_state.json)
        return pb.UpgradeResourceState.Response(upgraded_state=write(state))

    def ReadResource(self, request: Any, _: Any) -> Any:
        is_machine = request.type_name == "aws_instance" and self.machines is not None
        if is_machine and not self.machines.is_there(read(request.current_state)["id"]):  # type: ignore[union-attr]  # just asked
            return pb.ReadResource.Response(new_state=write(None))
        return pb.ReadResource.Response(new_state=request.current_state)

    def ReadDataSource(self, request: Any, _: Any) -> Any:
        asked = read(request.config)
        body = self.schema["data_source_schemas"][request.type_name]["block"]
        invent = invented(request.type_name + json.dumps(asked, sort_keys=True, default=str))
        return pb.ReadDataSource.Response(state=write(filled(body, asked, invent)))

    def PlanResourceChange(self, request: Any, _: Any) -> Any:
        planned = read(request.proposed_new_state)
        if planned is not None and read(request.prior_state) is None:
            body = self.schema["resource_schemas"][request.type_name]["block"]
            planned = filled(body, planned, lambda _, __: UNKNOWN)
        return pb.PlanResourceChange.Response(planned_state=write(planned))

    def ApplyResourceChange(self, request: Any, _: Any) -> Any:
        planned, prior = read(request.planned_state), read(request.prior_state)
        machines = self.machines if request.type_name == "aws_instance" else None
        try:
            if planned is None:
                if machines is not None:
                    machines.end(prior)
                return pb.ApplyResourceChange.Response(new_state=write(None))
            if prior is None and machines is not None:
                planned = machines.make(planned)
        except Exception as error:  # noqa: BLE001 - whatever moto refuses is what a person would read
            problem = pb.Diagnostic(severity=pb.Diagnostic.ERROR, summary=f"{type(error).__name__}: {error}")
            return pb.ApplyResourceChange.Response(new_state=request.prior_state, diagnostics=[problem])
        body = self.schema["resource_schemas"][request.type_name]["block"]
        seed = f"{request.type_name}{time.time_ns()}"
        return pb.ApplyResourceChange.Response(new_state=write(filled(body, planned, invented(seed))))


class Controller(controller_rpc.GRPCControllerServicer):  # type: ignore[misc]  # as above
    """By which Terraform ends the provider."""

    is_over = False

    def Shutdown(self, _: Any, __: Any) -> Any:
        self.is_over = True
        return controller.Empty()


class Output(stdio_rpc.GRPCStdioServicer):  # type: ignore[misc]  # as above
    """By which Terraform hears what a provider prints: nothing."""

    def StreamStdio(self, _: Any, __: Any) -> Any:
        return iter(())


def serving(schema: Path) -> tuple[Any, Controller]:
    """This function will make the server, which still has to be given an address."""
    read_schema = next(iter(json.loads(schema.read_text("utf-8"))["provider_schemas"].values()))
    moto = os.environ.get("STUB_MOTO")
    ending, server = Controller(), grpc.server(futures.ThreadPoolExecutor(10))
    rpc.add_ProviderServicer_to_server(Provider(read_schema, Machines(moto) if moto else None), server)
    controller_rpc.add_GRPCControllerServicer_to_server(ending, server)
    stdio_rpc.add_GRPCStdioServicer_to_server(Output(), server)
    return server, ending


def as_plugin(server: Any, ending: Controller) -> None:
    """This function will serve the Terraform that has started this, until it says that it is over, or is gone."""
    with tempfile.TemporaryDirectory() as folder:
        chain, credentials = _self_signed_cert()
        server.add_secure_port(f"unix://{folder}/s.sock", credentials)
        server.start()
        certificate = base64.b64encode(chain).decode().rstrip("=")
        sys.stdout.write(f"1|6|unix|{folder}/s.sock|grpc|{certificate}\n")
        sys.stdout.flush()
        parent = os.getppid()
        while server.wait_for_termination(0.05) and not ending.is_over and os.getppid() == parent:
            pass


def for_many(server: Any, socket: str) -> None:
    """This function will serve every Terraform that is told of the socket, until nobody holds its input any more."""
    server.add_insecure_port(f"unix://{socket}")
    server.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    made, over = serving(Path(sys.argv[1]))
    if len(sys.argv) > 2:
        for_many(made, sys.argv[2])
    else:
        as_plugin(made, over)
