"""Holds recorded traffic against GitHub's own description of its REST API and webhooks."""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

import jsonschema_rs
import orjson

from tests.support import graphql_description

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DATA = Path(__file__).parent.parent / "data" / "github"
BASE = "urn:github"
WIDE = {"path", "ref", "basehead", "branch"}
PLAIN = {"nullable", "example", "examples", "discriminator", "description", "title", "summary", "deprecated"}
ERROR = {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}}
HEADERS = (
    "x-github-request-id",
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-used",
    "x-ratelimit-reset",
    "x-ratelimit-resource",
    "x-github-media-type",
)
DELIVERY_HEADERS = (
    "user-agent",
    "content-type",
    "x-github-event",
    "x-github-delivery",
    "x-github-hook-id",
    "x-github-hook-installation-target-id",
    "x-github-hook-installation-target-type",
    "x-hub-signature-256",
)


def read(name: str) -> Any:
    """This function will read one of the packed descriptions."""
    return orjson.loads(gzip.decompress((DATA / name).read_bytes()))


def json_schema(schema: Any) -> Any:
    """This function will turn an OpenAPI 3.0 schema into a JSON Schema 2020-12 one."""
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        plain: dict[str, Any] = {"$ref": BASE + schema["$ref"]}
    else:
        plain = {}
        for key, value in schema.items():
            _convert(plain, key, value)
    if not schema.get("nullable"):
        return plain
    return {"anyOf": [plain, {"type": "null"}]}


def _convert(plain: dict[str, Any], key: str, value: Any) -> None:
    if key in PLAIN or key.startswith("x-") or (key == "format" and value != "date-time"):
        return
    if key == "oneOf":  # GitHub's alternatives overlap
        plain.setdefault("allOf", []).append({"anyOf": [json_schema(one) for one in value]})
    elif key == "allOf":
        plain.setdefault("allOf", []).extend(json_schema(one) for one in value)
    elif key == "anyOf":
        plain[key] = [json_schema(one) for one in value]
    elif key == "properties":
        plain[key] = {name: json_schema(one) for name, one in value.items()}
    elif key in {"items", "additionalProperties", "not"}:
        plain[key] = json_schema(value)
    else:
        plain[key] = value


class Schemas:
    """The compiled schemas of one description."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        components = document["components"]["schemas"]
        root = {"components": {"schemas": {name: json_schema(one) for name, one in components.items()}}}
        self._registry = jsonschema_rs.Registry([(BASE, root)])
        self._compiled: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def resolve(self, node: Any) -> Any:
        """This function will follow references."""
        while isinstance(node, dict) and "$ref" in node:
            target: Any = self.document
            for part in node["$ref"][2:].split("/"):
                target = target[part.replace("~1", "/")]
            node = target
        return node

    def problems(self, key: str, schema: Any, value: Any) -> list[str]:
        """This function will list what a schema has against a value."""
        if key not in self._compiled:
            self._compiled[key] = jsonschema_rs.Draft202012Validator(
                json_schema(schema), registry=self._registry, validate_formats=True
            )
        if self._compiled[key].is_valid(value):
            return []
        found = list(self._compiled[key].iter_errors(value))[:3]
        return [f"{list(one.instance_path)}: {str(one.message)[-300:]}" for one in found]


def _joined(name: str, *further: str) -> dict[str, Any]:
    """A description with the operations of further ones; of what several have, the first one's counts."""
    document: dict[str, Any] = read(name)
    for more in map(read, further):
        document["paths"] = more["paths"] | document["paths"]
        for kind, entries in more["components"].items():
            document["components"][kind] = entries | document["components"].get(kind, {})
    return document


class RestDescription:
    """GitHub's REST description, asked about exchanges."""

    def __init__(self) -> None:
        further = ("openapi-settings-2026-03-10.json.gz", "openapi-people-2026-03-10.json.gz")
        self._schemas = Schemas(_joined("openapi-2026-03-10.json.gz", *further))
        self._routes: list[tuple[str, re.Pattern[str], list[str], dict[str, Any]]] = []
        for template, item in self._schemas.document["paths"].items():
            for method, operation in item.items():
                if isinstance(operation, dict) and "operationId" in operation:
                    self._routes.append((method.upper(), *_pattern(template), operation))
        self._routes.sort(
            key=lambda route: (bool(WIDE & set(route[2])), len(route[2]), -len(route[1].pattern))
        )

    def _find(self, method: str, path: str) -> tuple[dict[str, Any], dict[str, str]] | None:
        for known, pattern, names, operation in self._routes:
            match = pattern.fullmatch(path) if known == method else None
            if match:
                return operation, dict(zip(names, map(unquote, match.groups()), strict=True))
        return None

    def problems(self, record: dict[str, Any]) -> Iterator[str]:
        """This function will say what is wrong with one exchange."""
        path = record["path"] + ("/" if record["path"].endswith("/contents") else "")
        found = self._find(record["method"], path)
        if found is None:
            yield f"{record['method']} {path} is no operation of GitHub's"
            return
        operation, values = found
        name = operation["operationId"]
        yield from (f"{name} {text}" for text in self._parameters(operation, values, record["query"]))
        yield from (f"{name} request {text}" for text in self._request(operation, record))
        yield from (f"{name} {record['status']} {text}" for text in self._response(operation, record))
        missing = [header for header in HEADERS if header not in record["response_headers"]]
        if missing:
            yield f"{name} lacks headers {missing}"

    def _parameters(self, operation: dict[str, Any], values: dict[str, str], query: str) -> Iterator[str]:
        known = {}
        for raw in operation.get("parameters", ()):
            parameter = self._schemas.resolve(raw)
            known[parameter["in"], parameter["name"].removesuffix("[]")] = parameter.get("schema", {})
        given = [("path", name, value) for name, value in values.items()]
        given += [("query", name, value) for name, value in parse_qsl(query, keep_blank_values=True)]
        for place, name, value in given:
            schema = known.get((place, name))
            if schema is None:
                if place == "query":
                    yield f"has no query parameter {name}"
                continue
            key = f"{operation['operationId']} {place} {name}"
            typed = _typed(self._schemas.resolve(schema), value)
            yield from (f"{name}: {text}" for text in self._schemas.problems(key, schema, typed))

    def _request(self, operation: dict[str, Any], record: dict[str, Any]) -> Iterator[str]:
        request = self._schemas.resolve(operation.get("requestBody"))
        body = record["request_body"]
        if not request or record["status"] in {400, 422}:
            return
        schema = request.get("content", {}).get("application/json", {}).get("schema")
        if schema is None or body is None:
            return
        key = f"{operation['operationId']} request"
        yield from self._schemas.problems(key, schema, body)
        allowed = self._keys(schema)
        if allowed and isinstance(body, dict) and not body.keys() <= allowed:
            yield f"has no keys {sorted(body.keys() - allowed)}"

    def _keys(self, schema: Any) -> set[str]:
        schema = self._schemas.resolve(schema)
        if schema.get("additionalProperties") not in {None, False} and "oneOf" not in schema:
            return set()
        keys = set(schema.get("properties", ()))
        for word in ("allOf", "anyOf", "oneOf"):
            keys |= {key for part in schema.get(word, ()) for key in self._keys(_open(part))}
        return keys

    def _response(self, operation: dict[str, Any], record: dict[str, Any]) -> Iterator[str]:
        status, body = record["status"], record["response_body"]
        documented = operation["responses"].get(str(status))
        key = f"{operation['operationId']} {status}"
        if status in {301, 302, 307} and "location" not in record["response_headers"]:
            yield "has no Location"
        if documented is None and 200 <= status < 300:
            yield "is not documented"
        if status in {204, 304} and body is not None:
            yield "has no body"
        if status >= 400:
            yield from self._schemas.problems("error", ERROR, body)
            return
        content = self._schemas.resolve(documented or {}).get("content", {})
        schema = content.get("application/json", {}).get("schema")
        if schema is not None:
            yield from self._schemas.problems(key, schema, body)


class WebhookDescription:
    """GitHub's webhook payloads, asked about deliveries."""

    def __init__(self) -> None:
        self._schemas = Schemas(read("openapi-webhooks.json.gz"))
        self._known: dict[tuple[str, str | None], list[Any]] = {}
        for hook in self._schemas.document["x-webhooks"].values():
            post = hook["post"]
            schema = post["requestBody"]["content"]["application/json"]["schema"]
            action = self._schemas.resolve(
                self._schemas.resolve(schema).get("properties", {}).get("action", {})
            )
            for one in action.get("enum", [None]):
                self._known.setdefault((post["x-github"]["subcategory"], one), []).append(schema)

    def problems(self, record: dict[str, Any]) -> Iterator[str]:
        """This function will say what is wrong with one delivery."""
        event, payload = record["event"], record["payload"]
        name = f"webhook {event}.{payload.get('action')}"
        headers = {key.lower() for key in record["headers"]}
        missing = [header for header in DELIVERY_HEADERS if header not in headers]
        if missing:
            yield f"{name} lacks headers {missing}"
        schemas = self._known.get((event, payload.get("action"))) or self._known.get((event, None))
        if not schemas:
            yield f"{name} is no event of GitHub's"
            return
        tried = [self._schemas.problems(f"{name} {i}", one, payload) for i, one in enumerate(schemas)]
        yield from (f"{name} {text}" for text in min(tried, key=len))


def _open(schema: Any) -> Any:
    return {key: value for key, value in schema.items() if key != "additionalProperties"}


def _pattern(template: str) -> tuple[re.Pattern[str], list[str]]:
    names = re.findall(r"\{([^}]+)\}", template)
    wild = {"path": "(.*)", **dict.fromkeys(WIDE - {"path"}, "(.+)")}
    text = re.sub(r"\{([^}]+)\}", lambda match: wild.get(match.group(1), "([^/]+)"), template)
    return re.compile(text), names


def _typed(schema: dict[str, Any], text: str) -> Any:
    kinds = schema.get("type")
    if kinds == "integer" or (kinds is None and "integer" in str(schema)):
        return int(text) if re.fullmatch(r"-?\d+", text) else text
    if kinds == "boolean":
        return {"true": True, "false": False}.get(text, text)
    return text.split(",") if kinds == "array" else text


@cache
def rest() -> RestDescription:
    """This function will give the REST description, loaded once per process."""
    return RestDescription()


@cache
def webhooks() -> WebhookDescription:
    """This function will give the webhook description, loaded once per process."""
    return WebhookDescription()


def violations(lines: Iterable[bytes]) -> list[str]:
    """This function will hold recorded traffic, as JSON Lines, against both descriptions."""
    found: dict[str, None] = {}
    for line in lines:
        record = orjson.loads(line)
        if record.get("path") == graphql_description.PATH:
            found |= dict.fromkeys(graphql_description.problems(record))
            continue
        description = webhooks() if "payload" in record else rest()
        found |= dict.fromkeys(description.problems(record))
    return list(found)
