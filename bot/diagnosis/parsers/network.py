"""Reads the errors of the network and of the servers behind it: names, connections, TLS, mirrors, registries."""

from __future__ import annotations

import re

from bot.diagnosis.forms.blocks import Form, reader_of
from bot.diagnosis.model import Cause
from bot.diagnosis.parsing import Rank

_NEAR = 50
# A warning, or an attempt that is made again, has not failed the step yet.
_FINAL = (
    r"^(?!.*(?:\[?WARN|[Ww]arning|[Rr]etry|[Tt]rying again|[Aa]ttempt \d|DEBUG|INFO|✓|✔|\bPASS))(?!ok \d)"
)
_NAMES = (
    r"Could not resolve (?:host|proxy)|Temporary failure (?:in name resolution|resolving)|Name or service not known|"
    r"getaddrinfo (?:ENOTFOUND|EAI_AGAIN)|nodename nor servname|no such host|Could not resolve '|unable to resolve host address|"
    r"UnknownHostException|dial tcp: lookup"
)
_CONNECTIONS = (
    r"Connection (?:timed out|refused|reset by peer|closed by remote host)|connection reset by peer|(?:connect|read|write) (?:ETIMEDOUT|"
    r"ECONNRESET|ECONNREFUSED|EHOSTUNREACH)|socket hang up|[Nn]etwork is unreachable|No route to host|(?:Operation|Read|Connect) timed out|"
    r"i/o timeout|Couldn't connect to server|Could not connect to|Unable to connect to (?:server|the remote)|Connect Timeout Error|"
    r"SSL_ERROR_SYSCALL|TLS handshake timeout|SSL_connect|Remote end closed connection|ConnectTimeoutError|ReadTimeoutError|"
    r"context deadline exceeded|EPROTO\b|IncompleteRead|Empty reply from server|curl: \((?:5|6|7|16|18|28|35|52|55|56|92)\)|"
    r"certificate (?:has expired|verify failed|is not yet valid)|unable to get local issuer certificate|Proxy (?:CONNECT aborted|Error)"
)
_SERVERS = (
    r"(?:The requested URL returned error:|server returned error: HTTP/\S+|HTTP(?: error)?(?: code)?:?|HTTP/\S+|status(?: code)?:?|"
    r"Received HTTP code|failed with status|status code does not indicate success:|ERROR) \(?(?:408|429|5\d\d)\b|"
    r"\b50[0234] (?:Internal Server Error|Bad Gateway|Service (?:Temporarily )?Unavailable|Gateway Time-?out)|429 Too Many Requests|"
    r"manifest unknown|Error response from daemon: (?:Get|Head|pull access|received unexpected HTTP)|"
    r"error pulling image configuration|unexpected status(?: code)? .*5\d\d|The requested URL returned error: 403"
)
_MIRRORS = (
    r"Failed to fetch (?:http|ftp)\S+|Some index files failed to download|Hash Sum mismatch|Unable to fetch some archives|"
    r"Failed to download metadata for repo|Cannot download repomd\.xml|Errors during downloading metadata|All mirrors were tried|"
    r"temporary error \(try again later\)|fetch http\S+: |ERROR: Failed to download|File has unexpected size|is not (?:valid )?yet valid|"
    r"gpg: keyserver receive failed|Clearsigned file isn't valid"
)

PARSER = reader_of(
    "network",
    signs=(
        "Could not resolve", "Connection ", "onnection reset", "timed out", "imeout", "TIMEDOUT", "ECONN", "ENOTFOUND", "EAI_AGAIN",
        "returned error", "Bad Gateway", "Unavailable", "Too Many Requests", "manifest unknown", "curl: (", "SSL", "Failed to fetch",
        "Hash Sum mismatch", "unreachable", "Temporary failure", "Name or service", "no such host", "Internal Server Error",
        "failed to download", "Failed to download", "Couldn't connect", "hang up", "daemon: ", "UnknownHost", "status code",
        "not authorized", "Bad credentials", "Requires authentication", "AccessDenied", "unauthorized: ", "denied: ",
    ),
    forms=(
        Form(
            head=re.compile(rf"{_FINAL}(?P<message>.*(?:{_MIRRORS}).*)"),
            cause=Cause.INFRASTRUCTURE,
            near=_NEAR,
            body=re.compile(r"^(?:E|Err|W): |^\s+\S|^Err:"),
            most=8,
            rank=Rank.LIKELY,
            places=0,
        ),
        Form(
            head=re.compile(rf"{_FINAL}(?P<message>.*(?:{_NAMES}|{_CONNECTIONS}|{_SERVERS}).*)"),
            cause=Cause.INFRASTRUCTURE,
            near=_NEAR,
            body=re.compile(r"^\s+(?:at |\.\.\. )|^Caused"),
            rank=Rank.LIKELY,
            places=0,
        ),
        Form(
            head=re.compile(r"^(?P<message>.*(?:connect ETIMEDOUT|read ECONNRESET|socket hang up|getaddrinfo (?:ENOTFOUND|EAI_AGAIN)|"
                r"is not authorized to perform|Bad credentials|Requires authentication|AccessDenied).*)"),
            cause=Cause.INFRASTRUCTURE,
            command="error",
            places=0,
            rank=Rank.LIKELY,
        ),
        Form(
            head=re.compile(
                r"^(?P<message>.*(?:Bad credentials|Requires authentication|is not authorized to perform|An error occurred \((?:AccessDenied|"
                r"403|Forbidden|ExpiredToken|InvalidClientTokenId)\w*\)|unauthorized: (?:authentication required|incorrect username)|"
                r"denied: (?:requested access|permission_denied|installation not allowed)).*)"
            ),
            cause=Cause.INFRASTRUCTURE,
            near=_NEAR,
            places=0,
            rank=Rank.LIKELY,
        ),
    ),
)  # fmt: skip
