"""Removes secrets of every known form from text before it is stored or shown."""

from __future__ import annotations

import re

_MASK = "***"

# Each alternative begins with a literal, so that a scan over clean text stays cheap.
_TOKENS = re.compile(
    r"""
      gh[pousr]_(?:\d+_)?[A-Za-z0-9_=.\-]{16,}                 # GitHub; ghs_APPID_JWT is the long new form
    | github_pat_[A-Za-z0-9_]{20,}
    | v1\.[0-9a-f]{40}\b                                       # GitHub installation token, old form
    | eyJ[A-Za-z0-9_=\-]{8,2048}\.[A-Za-z0-9_=\-]{8,}(?:\.[A-Za-z0-9_=\-]*)?   # JWT
    | \b(?:AKIA|ASIA|ABIA|ACCA|AROA|AIDA)[A-Z0-9]{16}\b        # AWS key id
    | xox[abeoprs]-[A-Za-z0-9-]{10,}                           # Slack
    | xapp-\d-[A-Za-z0-9-]{10,}
    | hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/_-]+
    | npm_[A-Za-z0-9]{30,}
    | pypi-[A-Za-z0-9_-]{16,}
    | glpat-[A-Za-z0-9_-]{16,}                                 # GitLab
    | dckr_pat_[A-Za-z0-9_-]{16,}                              # Docker
    | cio[A-Za-z0-9]{32}\b                                     # crates.io
    | rubygems_[0-9a-f]{40,}
    | hf_[A-Za-z0-9]{30,}                                      # Hugging Face
    | AIza[A-Za-z0-9_-]{35}                                    # Google
    | ya29\.[A-Za-z0-9_-]{20,}
    | \bsk-(?:ant-|proj-|svcacct-)?[A-Za-z0-9_-]{20,}          # model providers
    | \b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}               # Stripe
    | SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}               # SendGrid
    | dop_v1_[0-9a-f]{64}                                      # DigitalOcean
    | \bhvs\.[A-Za-z0-9_-]{20,}                                # Vault
    """,
    re.VERBOSE,
)

_KEY_BLOCK = re.compile(
    r"(-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----)(?:(?!-----BEGIN ).)*?"
    r"(-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\Z)",
    re.DOTALL,
)

_HEADER = re.compile(
    r"(?i)\b((?:proxy-)?authorization|x-api-key|x-auth-token|private-token|cookie|set-cookie)"
    r"(\\?[\"']?\s*[:=]\s*\\?[\"']?)(basic\s+|bearer\s+|token\s+|digest\s+)?[^\s\"'\\][^\r\n\"'\\]*"
)

_BEARER = re.compile(r"(?i)\b(bearer|basic)(\s+)(?=[A-Za-z0-9+/_.=~-]*[0-9=])[A-Za-z0-9+/_.~-]{16,}=*")

_URL = re.compile(r"(?i)\b([a-z][a-z0-9+.-]{1,15}://)([^\s/@:\"'<>]{0,128}):([^\s/@\"'<>]{1,1024})@")

_URL_TOKEN = re.compile(r"(?i)\b(https?://)[^\s/@:\"'<>]{16,256}@")

_QUERY = re.compile(
    r"(?i)([?&](?:x-amz-(?:signature|credential|security-token)|sig|signature|se?cret|"
    r"access_token|token|api_?key|password|client_secret)=)[^\s&\"'<>#]{6,}"
)

_WORD = (
    r"pass(?:wd|word|phrase)|secret(?:[_-]?(?:access)?[_-]?key)?|(?:access|auth|api|refresh|id|session|security|"
    r"deploy|private|npm|github|gh|pypi|slack|bot)[_-]?(?:token|key|secret)|client[_-]?secret|token"
)

# Code says `token = next(tokens)` too: only a quoted or shell-like literal counts, and never a plain word.
_ASSIGNMENT = re.compile(
    rf"(?i)(?<![A-Za-z0-9])((?:[A-Za-z0-9]{{1,32}}[_-]){{0,6}}(?:{_WORD}))(\\?[\"']?(?:\s*:\s*|\s*=>\s*|=|\s=\s)\\?)"
    r"(?:(\"|')([^\"'\r\n]{6,})\3|"
    r"((?=[^\s\"'(){}\[\],;<>]{0,200}[0-9])(?=[^\s\"'(){}\[\],;<>]{0,200}[A-Za-z])[^\s\"'(){}\[\],;<>$:.]{8,}))"
)

_GRAMMAR = frozenset({"token", "secret"})  # a parser's "unexpected token: x1" is no assignment

_FLAG = re.compile(r"(?i)(?<!\S)(--?(?:password|passwd|token|secret|api-key|apikey)[= ])(?!-)(\S{6,})")


_KEY_TAIL = re.compile(r"(?m)(?:^[A-Za-z0-9+/=]{16,}[ \t]*\r?\n)+(?=-----END [A-Z0-9 ]*PRIVATE KEY)")


def _assigned(found: re.Match[str]) -> str:
    quote = found[3] or ""
    if not quote and ":" in found[2] and found[1].lower() in _GRAMMAR:
        return found[0]
    return f"{found[1]}{found[2]}{quote}{_MASK}{quote}"


def redact(text: str) -> str:
    """This function will replace every secret of a known form by `***`; masks already there stay."""
    if "PRIVATE KEY" in text:
        text = _KEY_TAIL.sub(f"{_MASK}\n", _KEY_BLOCK.sub(rf"\1 {_MASK} \2", text))
    text = _TOKENS.sub(_MASK, text)
    if "@" in text:
        text = _URL.sub(rf"\1{_MASK}@", text)
        text = _URL_TOKEN.sub(rf"\1{_MASK}@", text)
    text = _HEADER.sub(lambda found: f"{found[1]}{found[2]}{found[3] or ''}{_MASK}", text)
    text = _BEARER.sub(rf"\1\2{_MASK}", text)
    if "=" in text or ":" in text:
        text = _QUERY.sub(rf"\1{_MASK}", text)
        text = _ASSIGNMENT.sub(_assigned, text)
    return _FLAG.sub(rf"\1{_MASK}", text)
