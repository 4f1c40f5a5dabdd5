"""How AWS is spoken over HTTP: a request read into a call, an answer or an error written as its protocol wants it."""

from __future__ import annotations

import functools
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, unquote

import botocore.session
from aiohttp import web
from botocore.validate import ParamValidator
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

if TYPE_CHECKING:
    from botocore.model import OperationModel

_SCOPE = re.compile(r"Credential=([^/]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
_SERVICES = {"monitoring": "cloudwatch"}  # signed by another name than botocore's
_REST = (
    ("GET", re.compile(r"/inference-profiles/(?P<inferenceProfileIdentifier>.+)"), "GetInferenceProfile"),
    ("GET", re.compile(r"/inference-profiles"), "ListInferenceProfiles"),
    ("POST", re.compile(r"/listTagsForResource"), "ListTagsForResource"),
)
_DENIED = {
    "ec2": "UnauthorizedOperation",
    "sts": "AccessDenied",
    "iam": "AccessDenied",
    "cloudwatch": "AccessDenied",
}


class AwsError(Exception):
    """What AWS answers instead of a result."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.status = code, message, status


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request to AWS, as far as it can be told without its service."""

    service: str  # as botocore names it
    operation: str
    region: str
    access_key: str
    account: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)  # JSON as it is; a form as name → text

    @property
    def name(self) -> str:
        """As a policy names it: ec2:TerminateInstances."""
        return f"{self.service}:{self.operation}"

    @property
    def caller(self) -> str:
        """Who asks, as AWS words it."""
        return f"arn:aws:sts::{self.account}:assumed-role/pilothouse/pilothouse"

    def list_of(self, name: str) -> list[str]:
        """This function will return the values of a list in a form: Name.1, Name.2 and so on."""
        pattern = re.compile(rf"{re.escape(name)}\.(\d+)")
        found = [(int(m[1]), value) for key, value in self.arguments.items() if (m := pattern.fullmatch(key))]
        return [value for _, value in sorted(found)]


async def read_call(request: web.Request) -> Call | None:
    """This function will read who asks what of which service; None for what is no request to AWS."""
    scope = _SCOPE.search(request.headers.get("Authorization", ""))
    if scope is None:
        return None
    access_key, region, signed = scope.groups()
    service = _SERVICES.get(signed, signed)
    body = await request.read()
    operation, arguments = _operation(request, body)
    return Call(
        service=service, operation=operation, region=region, access_key=access_key, arguments=arguments
    )


def _operation(request: web.Request, body: bytes) -> tuple[str, dict[str, Any]]:
    target = request.headers.get("X-Amz-Target", "")
    if target:
        return target.rpartition(".")[2], json.loads(body or b"{}")
    if request.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded"):
        form = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
        return form.pop("Action", ""), form
    path = request.raw_path.partition("?")[0]
    for method, pattern, name in _REST:
        if request.method == method and (match := pattern.fullmatch(path)):
            known = {key: unquote(value) for key, value in match.groupdict().items()}
            return name, {**(json.loads(body) if body else {}), **request.query, **known}
    return "", {}


@functools.cache
def _model(service: str, operation: str) -> OperationModel:
    loaded = _session().get_service_model(service)
    return loaded.operation_model(operation)


@functools.cache
def _session() -> botocore.session.Session:
    return botocore.session.get_session()


def _protocol(service: str) -> str:
    known = _session().get_service_model(service).metadata.get("protocols", [])
    return next(name for name in ("json", "rest-json", "query", "ec2") if name in known)


def written(call: Call, result: dict[str, Any]) -> web.Response:
    """This function will write a result; one that AWS's own description of the operation does not allow fails."""
    shape = _model(call.service, call.operation).output_shape
    if shape is not None:
        report = ParamValidator().validate(result, shape)
        assert not report.has_errors(), f"{call.name} does not answer so: {report.generate_report()}"
    protocol = _protocol(call.service)
    model = get_service_model(call.service).operation_model(call.operation)
    made = get_serializer_class(call.service, protocol)(model).serialize(result)
    return web.Response(
        status=made["status_code"], text=str(made["body"]), headers={"Content-Type": _type_of(protocol)}
    )


def written_error(call: Call, error: AwsError) -> web.Response:
    """This function will write an error."""
    protocol = _protocol(call.service)
    if protocol in {"json", "rest-json"}:
        headers = {
            "Content-Type": _type_of(protocol),
            "x-amzn-errortype": error.code,
            "x-amzn-query-error": f"{error.code};Sender",
        }
        body = json.dumps({"__type": error.code, "message": error.message})
        return web.Response(status=error.status, text=body, headers=headers)
    return web.Response(status=error.status, text=_xml(protocol, error), content_type="text/xml")


def _xml(protocol: str, error: AwsError) -> str:
    message = error.message.replace("&", "&amp;").replace("<", "&lt;")
    inside = f"<Code>{error.code}</Code><Message>{message}</Message>"
    if protocol == "ec2":
        return f"<Response><Errors><Error>{inside}</Error></Errors><RequestID>stand-in</RequestID></Response>"
    return (
        f"<ErrorResponse><Error><Type>Sender</Type>{inside}</Error>"
        "<RequestId>stand-in</RequestId></ErrorResponse>"
    )


def _type_of(protocol: str) -> str:
    return {"json": "application/x-amz-json-1.1", "rest-json": "application/json"}.get(protocol, "text/xml")


def denied(call: Call) -> AwsError:
    """This function will word a missing permission as the service does.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
    """
    why = f"because no identity-based policy allows the {call.name} action"
    text = f"User: {call.caller} is not authorized to perform: {call.name} {why}"
    if call.service == "ec2":
        return AwsError(_DENIED["ec2"], f"You are not authorized to perform this operation. {text}", 403)
    code = _DENIED.get(call.service, "AccessDeniedException")
    return AwsError(code, text, 400 if code.endswith("Exception") else 403)


def moment(value: str | float) -> datetime:
    """This function will read a time as AWS is told it: epoch seconds or ISO 8601."""
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    return datetime.fromisoformat(value)
