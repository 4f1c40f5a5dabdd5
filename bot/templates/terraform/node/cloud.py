"""What a machine knows of AWS: what EC2 tells it of itself, and the artifact bucket; nothing needs to be installed."""

from __future__ import annotations

import hashlib
import hmac
import json
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

SLOW = 60  # seconds that one request may take


class ProblemError(Exception):
    """What keeps the machine from running what it should; the message is told."""


@dataclass(frozen=True)
class Answer:
    """What an HTTP server answered."""

    status: int
    body: bytes


def now() -> datetime:
    """This function will return the time."""
    return datetime.now(UTC)


def ask(request: urllib.request.Request, into: Path | None = None) -> Answer:
    """This function will send a request, and put what it gets into a file where one is named."""
    try:
        with urllib.request.urlopen(request, timeout=SLOW) as response:
            if into is None:
                return Answer(response.status, response.read())
            with into.open("wb") as file:
                while part := response.read(1 << 20):
                    file.write(part)
            return Answer(response.status, b"")
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read())
    except OSError as error:
        raise ProblemError(f"{request.host} does not answer: {error}") from error


class Machine:
    """What EC2 tells a machine of itself."""

    def __init__(self, address: str) -> None:
        self.address = address
        asked = urllib.request.Request(f"{address}/latest/api/token", method="PUT")
        asked.add_header("X-aws-ec2-metadata-token-ttl-seconds", "300")
        self.token = ask(asked).body.decode()

    def tells(self, path: str) -> str | None:
        """This function will read what the machine is told at a path; None for nothing."""
        asked = urllib.request.Request(f"{self.address}/latest/meta-data/{path}")
        asked.add_header("X-aws-ec2-metadata-token", self.token)
        answer = ask(asked)
        return answer.body.decode() if answer.status == HTTPStatus.OK else None

    def credentials(self) -> dict[str, str]:
        """This function will return the credentials of the machine's role."""
        role = self.tells("iam/security-credentials/")
        told = self.tells(f"iam/security-credentials/{role.splitlines()[0]}") if role else None
        if told is None:
            raise ProblemError("the machine has no role")
        credentials: dict[str, str] = json.loads(told)
        return credentials


class Bucket:
    """The artifact bucket, by signed requests.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
    """

    def __init__(self, settings: dict[str, Any], credentials: dict[str, str]) -> None:
        self.settings, self.credentials = settings, credentials

    def get(self, key: str, into: Path | None = None) -> bytes | None:
        """This function will read an object; None where there is none."""
        answer = ask(self._signed("GET", key, b""), into)
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        if answer.status != HTTPStatus.OK:
            raise ProblemError(f"S3 answered {answer.status} of {key}")
        return answer.body

    def put(self, key: str, content: bytes) -> None:
        """This function will write an object."""
        answer = ask(self._signed("PUT", key, content))
        if answer.status != HTTPStatus.OK:
            raise ProblemError(f"S3 answered {answer.status} of {key}")

    def _signed(self, method: str, key: str, content: bytes) -> urllib.request.Request:
        url = f"{self.settings['endpoint']}/{self.settings['bucket']}/{urllib.parse.quote(key)}"
        at, parts = now(), urllib.parse.urlsplit(url)
        day, digest = at.strftime("%Y%m%d"), hashlib.sha256(content).hexdigest()
        headers = {
            "host": parts.netloc,
            "x-amz-content-sha256": digest,
            "x-amz-date": at.strftime("%Y%m%dT%H%M%SZ"),
            "x-amz-security-token": self.credentials["Token"],
        }
        names = ";".join(headers)
        lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
        canonical = f"{method}\n{parts.path}\n\n{lines}\n{names}\n{digest}"
        scope = f"{day}/{self.settings['region']}/s3/aws4_request"
        summed = hashlib.sha256(canonical.encode()).hexdigest()
        text = f"AWS4-HMAC-SHA256\n{headers['x-amz-date']}\n{scope}\n{summed}"
        secret = f"AWS4{self.credentials['SecretAccessKey']}".encode()
        for part in scope.split("/"):
            secret = hmac.digest(secret, part.encode(), "sha256")
        signature = hmac.digest(secret, text.encode(), "sha256").hex()
        key_id = self.credentials["AccessKeyId"]
        request = urllib.request.Request(
            url, data=content if method == "PUT" else None, headers=headers, method=method
        )
        request.add_header("Content-Type", "application/json")  # else urllib says that it is a form
        request.add_header(
            "Authorization",
            f"AWS4-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={names}, Signature={signature}",
        )
        return request
