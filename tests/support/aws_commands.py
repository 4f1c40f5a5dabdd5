"""The command `aws` as a server: the same words, answered by boto3 at once instead of by a new process each time."""

from __future__ import annotations

import json
import threading
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import jmespath  # type: ignore[import-untyped]
from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError
from botocore.response import StreamingBody

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Answer = tuple[int, str, str]  # exit code, what is printed, what is complained of
_WRONG_WORDS, _REFUSED = 252, 254  # https://docs.aws.amazon.com/cli/latest/topic/return-codes.html


class WrongWords(Exception):  # noqa: N818 - the command's own answer
    """The command line is none that the CLI takes."""


@cache
def client_of(service: str, endpoint: str, region: str) -> Any:
    """This function will make a client of a service, once: boto3 takes its time over each."""
    maker: Any = boto3.Session("testing", "testing", region_name=region or None)
    return maker.client(service, endpoint_url=endpoint)


class Commands:
    """Answers command lines of the AWS CLI for one account."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self.calls: list[str] = []  # s3api:put-object …
        self.before: dict[str, Callable[[Mapping[str, Any]], None]] = {}  # what happens right before a call
        self.on_key: dict[
            str, Callable[[Mapping[str, Any]], None]
        ] = {}  # what follows when that object is written
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """This function will end the server."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, words: list[str], folder: Path, region: str) -> Answer:
        """This function will answer a command line."""
        try:
            return 0, self._answer(words, folder, region), ""
        except ClientError as error:
            return _REFUSED, "", f"\n{error}\n"
        except (BotoCoreError, WrongWords) as error:
            return _WRONG_WORDS, "", f"\n{error}\n"

    def _answer(self, words: list[str], folder: Path, region: str) -> str:
        given, plain = _split(words)
        service, operation, *others = plain
        region = "".join(given.pop("region", [region]))
        query = "".join(given.pop("query", []))
        if given.pop("output", ["json"]) not in (["json"], ["text"]):
            raise WrongWords("--output")
        client = client_of({"s3api": "s3"}.get(service, service), self._endpoint, region)
        name = client.meta.method_to_api_mapping[operation.replace("-", "_")]
        model = client.meta.service_model.operation_model(name).input_shape
        arguments = _arguments(given, model, folder)
        self.calls.append(f"{service}:{operation}")
        if happens := self.before.pop(f"{service}:{operation}", None):
            happens(arguments)
        told = _call(client, operation.replace("-", "_"), arguments)
        told.pop("ResponseMetadata", None)
        if operation == "put-object" and (follows := self.on_key.get(arguments["Key"])):
            follows(arguments)
        if isinstance(body := told.pop("Body", None), StreamingBody):
            (folder / others[0]).write_bytes(body.read())
        found = jmespath.search(query, told) if query else told
        return json.dumps(found, default=str) + "\n" if found not in ({}, None) else ""

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        commands = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                answer = commands.answer(told["arguments"], Path(told["folder"]), told["region"])
                body = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


def _split(words: list[str]) -> tuple[dict[str, list[str]], list[str]]:
    """Options with what follows them, and the words that follow none."""
    given: dict[str, list[str]] = {}
    plain: list[str] = []
    name = ""
    for word in words:
        if word.startswith("--"):
            name = word.removeprefix("--")
            given[name] = []
        elif name and (not given[name] or name in {"filters", "product-descriptions", "instance-types"}):
            given[name].append(word)
        else:
            plain.append(word)
    return given, plain


def _arguments(given: Mapping[str, list[str]], model: Any, folder: Path) -> dict[str, Any]:
    known = {xform_name(member).replace("_", "-"): member for member in model.members}
    made: dict[str, Any] = {}
    for name, values in given.items():
        if name not in known:
            raise WrongWords(f"Unknown options: --{name}")
        shape = model.members[known[name]]
        if shape.type_name == "list":
            made[known[name]] = [_structure(each) if "=" in each else each for each in values]
        else:
            made[known[name]] = (folder / values[0]).read_bytes() if shape.type_name == "blob" else values[0]
    return made


def _structure(text: str) -> dict[str, Any]:
    """Shorthand: https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-shorthand.html."""
    made: dict[str, Any] = {}
    for part in text.split(","):
        name, sign, value = part.partition("=")
        if sign:
            made[name] = [value] if name == "Values" else value
        else:
            made["Values"].append(part)
    return made


def _call(client: Any, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The CLI reads a list to its end, unless it is told otherwise."""
    if client.can_paginate(method):
        return dict(client.get_paginator(method).paginate(**arguments).build_full_result())
    return dict(getattr(client, method)(**arguments))
