"""Removes secrets of every known form from text before it is stored or shown."""

from __future__ import annotations

import re

_MASK = "***"

# An underscore ends a word here: test_AKIA… is no longer word.
_BEGIN, _END = r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])"


def _apart(form: str) -> str:
    begun = _BEGIN + form.removeprefix(r"\b") if form.startswith(r"\b") else form
    return begun.removesuffix(r"\b") + _END if begun.endswith(r"\b") else begun


# Each form with a literal that stands in every secret of it, so that a scan over clean text stays cheap. The forms are
# those that the services document for secret scanning.
_TOKENS = tuple(
    (hint, re.compile(_apart(form)))
    for hint, form in (
        # GitHub; ghs_APPID_JWT is the long new form
        *((f"gh{kind}_", rf"gh{kind}_(?:\d+_)?[A-Za-z0-9_=.\-]{{16,}}") for kind in "pousr"),
        ("github_pat_", r"github_pat_[A-Za-z0-9_]{20,}"),
        ("v1.", r"v1\.[0-9a-f]{40}\b"),  # an installation token's old form
        ("eC1hY2Nlc3MtdG9rZW46", r"eC1hY2Nlc3MtdG9rZW46[A-Za-z0-9+/]{8,}=*"),  # "x-access-token:" in base64
        ("eyJ", r"eyJ[A-Za-z0-9_=\-]{8,2048}\.[A-Za-z0-9_=\-]{8,}(?:\.[A-Za-z0-9_=\-]*){0,3}"),  # JWT, JWE
        # Clouds
        *((kind, rf"\b{kind}[A-Z0-9]{{16}}\b") for kind in ("AKIA", "ASIA", "ABIA", "ACCA", "AROA", "AIDA")),
        ("ABSK", r"\bABSK[A-Za-z0-9+/]{60,}=*"),  # Bedrock
        ("AIza", r"AIza[A-Za-z0-9_-]{35}"),
        ("ya29.", r"ya29\.[A-Za-z0-9_-]{20,}"),
        ("GOCSPX-", r"GOCSPX-[A-Za-z0-9_-]{20,}"),
        ("1//0", r"\b1//0[A-Za-z0-9_-]{30,}"),  # Google's refresh token
        ("Q~", r"\b[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,34}"),  # Entra ID's client secret
        ("AZDO", r"\b[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}\b"),  # Azure DevOps
        ("JQQJ99", r"\b[A-Za-z0-9]{52}JQQJ99[A-Za-z0-9]{20,}"),  # Azure's keys: of AI services, of …
        ("AStA", r"[A-Za-z0-9+/]{76}\+AStA[A-Za-z0-9+/]{4}=="),  # … storage, …
        ("+ACR", r"[A-Za-z0-9+/]{42}\+ACR[A-Za-z0-9]{6}"),  # … registries, …
        ("ACDb", r"[A-Za-z0-9+/]{76}ACDb[A-Za-z0-9+/]{4}=="),  # … Cosmos DB and …
        ("AzFu", r"[A-Za-z0-9_-]{44}AzFu[A-Za-z0-9_-]{4,6}=*"),  # … functions
        ("LTAI", r"\bLTAI[A-Za-z0-9]{17,21}\b"),  # Alibaba
        ("AKID", r"\bAKID[A-Za-z0-9]{32}\b"),  # Tencent
        *((f"do{kind}_v1_", rf"do{kind}_v1_[0-9a-f]{{64}}") for kind in "opr"),  # DigitalOcean
        ("dapi", r"\bdapi[0-9a-f]{32}(?:-\d)?\b"),  # Databricks
        ("HRKU-", r"HRKU-[A-Za-z0-9_-]{20,}"),  # Heroku
        ("fm2_", r"\bfm2_[A-Za-z0-9+/=_-]{40,}"),  # Fly
        # Registries
        ("npm_", r"npm_[A-Za-z0-9]{30,}"),
        ("pypi-AgE", r"pypi-AgE[A-Za-z0-9_-]{16,}"),
        ("dckr_", r"dckr_[po]at_[A-Za-z0-9_-]{16,}"),
        ("cio", r"\bcio[A-Za-z0-9]{32}\b"),
        ("rubygems_", r"rubygems_[0-9a-f]{40,}"),
        ("oy2", r"\boy2[a-z0-9]{43}\b"),  # NuGet
        ("CLOJARS_", r"CLOJARS_[0-9a-f]{40,}"),
        ("AKCp", r"\bAKCp[A-Za-z0-9]{50,}"),  # Artifactory
        # Forges, CI and operations
        ("gl", r"\bgl(?:pat|ptt|dt|rt|rtr|cbt|soat|ft|imt|agent|oas|ffct)-[A-Za-z0-9_=.-]{16,}"),  # GitLab
        ("GR1348941", r"GR1348941[A-Za-z0-9_-]{16,}"),
        ("AT", r"\bAT(?:ATT|CTT)3[A-Za-z0-9_=-]{50,}"),  # Atlassian
        ("ATBB", r"\bATBB[A-Za-z0-9]{24,}"),
        ("CCIPAT_", r"CCIPAT_[A-Za-z0-9]{10,}_[0-9a-f]{40}"),
        ("bkua_", r"\bbkua_[0-9a-f]{40}"),
        ("sq", r"\bsq[pua]_[0-9a-f]{40}\b"),  # Sonar
        ("sntry", r"\bsntry[su]_[A-Za-z0-9+/=_-]{40,}"),
        ("NR", r"\bNR(?:AK|AA|JS|II|RA)-[A-Za-z0-9]{19,}"),  # New Relic
        ("gl", r"\bgl(?:c|sa)_[A-Za-z0-9+/=_]{32,}"),  # Grafana
        ("dp.", r"\bdp\.(?:pt|st|ct|sa|scim|audit)\.[A-Za-z0-9._-]{40,}"),  # Doppler
        ("pul-", r"\bpul-[0-9a-f]{40}\b"),
        ("atlasv1", r"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,}"),  # Terraform
        ("hv", r"\bhv[sbr]\.[A-Za-z0-9_-]{20,}"),  # Vault
        ("ops_eyJ", r"\bops_eyJ[A-Za-z0-9_=-]{40,}"),  # 1Password
        ("tskey-", r"\btskey-[a-z]+-[A-Za-z0-9-]{16,}"),
        ("AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[0-9A-Z]{58}"),
        ("pscale_", r"\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9=._-]{32,}"),
        ("sbp_", r"\bsbp_[0-9a-f]{40}"),
        ("nfp_", r"\bnfp_[A-Za-z0-9]{36}"),
        # Messages and money
        ("xo", r"\bxo(?:x[abeoprs]|xe\.xox[bp])-[A-Za-z0-9-]{10,}"),  # Slack
        ("xapp-", r"xapp-\d-[A-Za-z0-9-]{10,}"),
        ("hooks.slack.com", r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]+"),
        ("/api/webhooks/", r"discord(?:app)?\.com/api/webhooks/\d+/[A-Za-z0-9_-]+"),
        ("webhook.office.com", r"webhook\.office\.com/webhookb2/[A-Za-z0-9@/_-]+"),
        (":AA", r"\b\d{8,10}:AA[A-Za-z0-9_-]{32,33}\b"),  # Telegram
        ("SK", r"\bSK[0-9a-f]{32}\b"),  # Twilio
        ("SG.", r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),  # SendGrid
        ("key-", r"\bkey-[0-9a-f]{32}\b"),  # Mailgun
        ("-us", r"\b[0-9a-f]{32}-us\d{1,2}\b"),  # Mailchimp
        ("k_", r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}"),  # Stripe
        ("whsec_", r"\bwhsec_[A-Za-z0-9+/=]{24,}"),
        ("sq0", r"\bsq0[a-z]{3}-[A-Za-z0-9_-]{22,}"),  # Square
        ("shp", r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),  # Shopify
        # Models and tools
        ("sk-", r"\bsk-(?=[A-Za-z_-]{0,40}\d)(?:[a-z]+\d*-)?[A-Za-z0-9_-]{20,}"),
        ("hf_", r"\bhf_[A-Za-z0-9]{30,}"),
        ("gsk_", r"\bgsk_[A-Za-z0-9]{40,}"),
        ("xai-", r"\bxai-[A-Za-z0-9]{40,}"),
        ("pplx-", r"\bpplx-[A-Za-z0-9]{40,}"),
        ("r8_", r"\br8_[A-Za-z0-9]{37}\b"),
        ("lin_", r"\blin_(?:api|oauth)_[A-Za-z0-9]{32,}"),
        ("ntn_", r"\bntn_[A-Za-z0-9]{40,}"),
        ("figd_", r"\bfigd_[A-Za-z0-9_-]{36,}"),
        ("PMAK-", r"\bPMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
        ("sgp_", r"\bsgp_(?:[0-9a-f]{16}_|local_)?[0-9a-f]{40}"),
    )
)

_KEY_BLOCK = re.compile(
    r"(-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----)(?:(?!-----BEGIN ).)*?"
    r"(-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----|\Z)",
    re.DOTALL,
)
_KEY_END = re.compile(r"-----END [A-Z0-9 ]*PRIVATE KEY")
# A line of a key may begin with a timestamp, a quote mark or a frame.
_FRAME = r"[^\nA-Za-z0-9+/=]{0,8}(?:[^\n ]{1,40} )?"
_KEY_TAIL = re.compile(rf"{_FRAME}[A-Za-z0-9+/=]{{16,}}[ \t\r]*")
# The middle of a key whose first and last lines were cut away: lines of base64, one below the other.
_KEY_LINE = (
    rf"{_FRAME}(?=[A-Za-z0-9+/]{{0,60}}[a-z])(?=[A-Za-z0-9+/]{{0,60}}[A-Z])"
    r"(?=[A-Za-z0-9+/]{0,60}\d)[A-Za-z0-9+/]{60,76}={0,2}[ \t]*(?:\r?\n|\Z)"
)
_KEY_BODY = re.compile(rf"(?m)^(?:{_KEY_LINE}){{3,}}")
_LONG = re.compile(r"[A-Za-z0-9+/]{60}")

_PEM_IN_BASE64 = re.compile(r"LS0tLS1CRUdJTi[A-Za-z0-9+/]{20,}=*")

_HEADER = re.compile(
    r"(?i)\b((?:proxy-)?authorization|x-api-key|x-auth-token|private-token|job-token|x-vault-token|cookie|set-cookie)"
    r"(\\?[\"']?\s*[:=]\s*\\?[\"']?)(basic\s+|bearer\s+|token\s+|digest\s+)?[^\s\"'\\][^\r\n\"'\\]*"
)

_BEARER = re.compile(
    r"(?i)(?<![\w/.-])(bearer|basic)([ \t]+)(?=[A-Za-z0-9+/_.=~-]*[0-9=])[A-Za-z0-9+/_.~-]{16,}=*"
)

# A password called so is an example, as in the name of a test.
_URL = re.compile(
    r"(?i)\b([a-z][a-z0-9+.-]{1,15}://)([^\s/@:\"'<>]{0,128}):(?!(?:password|passwd|pass|pwd|secret|token|x+|\.+)@)([^\s/@\"'<>]{1,1024})@"
)

_URL_TOKEN = re.compile(r"(?i)\b(https?://)[^\s/@:\"'<>]{16,256}@")

_QUERY = re.compile(
    r"(?i)([?&](?:x-amz-(?:signature|credential|security-token)|sig|signature|se?cret|"
    r"access_token|token|api_?key|password|client_secret)=)[^\s&\"'<>#]{6,}"
)

_WORD = (
    r"pass(?:wd|word|phrase)|secret(?:[_-]?(?:access)?[_-]?key)?|(?:access|auth|api|app|refresh|id|session|security|"
    r"deploy|private|account|signing|encryption|npm|github|gh|pypi|slack|bot)[_-]?(?:token|key|secret)|"
    r"client[_-]?secret|token"
)

# Code says `token = next(tokens)` too: only a quoted or shell-like literal counts, and never a plain word.
_ASSIGNMENT = re.compile(
    rf"(?i)(?<![A-Za-z0-9])((?:[A-Za-z0-9]{{1,32}}[_-]){{0,6}}(?:{_WORD}))(\\?[\"']?(?:\s*:\s*|\s*=>\s*|=|\s=\s)\\?)"
    r"(?:(\"|')([^\"'\r\n]{6,})\3|"
    r"((?=[^\s\"'(){}\[\],;<>]{0,200}[0-9])(?=[^\s\"'(){}\[\],;<>]{0,200}[A-Za-z])[^\s\"'(){}\[\],;<>$:.]{8,}))"
)

_GRAMMAR = frozenset({"token", "secret"})  # a parser's "unexpected token: x1" is no assignment

# As a shell or a workflow shows its environment: whatever the value is made of.
_NAME = (
    r"(?:[A-Z0-9]{1,32}_){0,8}(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|APP_KEY|SECRET_KEY|PRIVATE_KEY|"
    r"ACCESS_KEY|ACCOUNT_KEY|CREDENTIALS?|CONNECTION_STRING|DSN|WEBHOOK)(?:_[A-Z0-9]{1,16}){0,2}"
)
_ENVIRONMENT = re.compile(
    rf"(?m)((?:(?<![A-Za-z0-9_]){_NAME}=|^[ \t]{{0,40}}{_NAME}: (?=\S*[^\sA-Za-z])))"
    r"(?![\"'*$<{\[]|(?:true|false|null|none|undefined)\b)\S{6,}"
)

_CONNECTION = re.compile(
    r"(?i)((?:^|[;\"'\s])(?:password|pwd|accountkey|sharedaccesskey|sharedsecret)\s?=\s?)([^;\"'\s]{3,})"
    r"(?=;|[\"'\s]|$)(?<![*])"
)

_FLAG = re.compile(r"(?i)(?<!\S)(--?(?:password|passwd|token|secret|api-key|apikey)[= ])(?!-)(\S{6,})")

_COMMAND_LINES = (
    (" -p", re.compile(r"(\b(?:mysql|mariadb)\w*\b[^\n]{0,200}?\s-p)(?![\s=])(\S{3,})")),
    ("sshpass", re.compile(r"(\bsshpass\s+-p\s*)(\S{3,})")),
    ("login", re.compile(r"(\blogin\b[^\n]{0,200}?\s-p[ =]?)(?!-)(\S{3,})")),
    ("curl", re.compile(r"(\bcurl\b[^\n]{0,400}?\s(?:-u|--user)[ =]\"?'?[^\s:'\"]{1,64}:)([^\s'\"]{3,})")),
    ("login", re.compile(r"(\blogin\s+\S{1,64}\s+password\s+)(\S{3,})")),  # .netrc
    ("_auth", re.compile(r"(\b_auth(?:Token)?\s?=\s?\"?)([^\s\"]{6,})")),  # .npmrc
    ("_password", re.compile(r"(\b_password\s?=\s?\"?)([^\s\"]{6,})")),
    ('"auth"', re.compile(r"(\"auth\"\s?:\s?\")([A-Za-z0-9+/=._-]{8,})(?=\")")),  # Docker's config.json
    ("identitytoken", re.compile(r"(\"identitytoken\"\s?:\s?\")([A-Za-z0-9+/=._-]{8,})(?=\")")),
    ("client-key-data", re.compile(r"(\bclient-key-data\s?:\s?)([A-Za-z0-9+/=]{16,})")),
)

# A form is only tried on a text that contains one of its words; the words are lower-case.
_CALLS_FOR_HEADER = ("authorization", "x-api-key", "-token", "cookie")
_CALLS_FOR_BEARER = ("bearer", "basic")
_CALLS_FOR_NAME = ("pass", "secret", "token", "key", "credential", "connection_string", "dsn", "webhook")

# What no one sees may stand in the middle of a secret.
_UNSEEN = re.compile(
    r"\x1b\[[0-9;:?]*[ -/]*[@-~]|\x1b[@-_]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\xad\u200b-\u200f\u202a-\u202e\u2060\ufeff]"
)


def redact(text: str) -> str:
    """This function will replace every secret of a known form by `***`; masks already there stay."""
    clean = _redacted(text)
    if _UNSEEN.search(text):
        seen = _UNSEEN.sub("", text)
        said = _redacted(seen)
        if said != seen:
            return said
    return clean


def holds_secret(text: str) -> bool:
    """This function will say whether a secret stands in the text that is one by its form alone."""
    return _without_keys(text) != text or any(hint in text and form.search(text) for hint, form in _TOKENS)


def _redacted(text: str) -> str:
    text = _without_keys(text)
    for hint, form in _TOKENS:
        if hint in text:
            text = form.sub(_MASK, text)
    if "@" in text:
        text = _URL.sub(rf"\1{_MASK}@", text)
        text = _URL_TOKEN.sub(rf"\1{_MASK}@", text)
    text = _without_named(text)
    for hint, form in _COMMAND_LINES:
        if hint in text:
            text = form.sub(rf"\1{_MASK}", text)
    return text


def _without_named(text: str) -> str:
    """The text without the values that stand behind a name for a secret."""
    lower = text.lower()
    if any(word in lower for word in _CALLS_FOR_HEADER):
        text = _HEADER.sub(lambda found: f"{found[1]}{found[2]}{found[3] or ''}{_MASK}", text)
    if any(word in lower for word in _CALLS_FOR_BEARER):
        text = _BEARER.sub(rf"\1\2{_MASK}", text)
    if "=" in text:
        text = _QUERY.sub(rf"\1{_MASK}", text)
    if any(word in lower for word in _CALLS_FOR_NAME):
        text = _ASSIGNMENT.sub(_assigned, text)
        text = _ENVIRONMENT.sub(rf"\1{_MASK}", text)
        text = _FLAG.sub(rf"\1{_MASK}", text)
    return _CONNECTION.sub(rf"\1{_MASK}", text) if ";" in text else text


def _without_keys(text: str) -> str:
    if "PRIVATE KEY" in text:
        text = _without_tails(_KEY_BLOCK.sub(rf"\1 {_MASK} \2", text))
    if "LS0tLS1CRUdJTi" in text:
        text = _PEM_IN_BASE64.sub(_MASK, text)
    return _KEY_BODY.sub(f"{_MASK}\n", text) if _LONG.search(text) else text


def _without_tails(text: str) -> str:
    """The text without the lines of base64 right above the end of a key that does not begin here."""
    kept: list[str] = []
    for line in text.split("\n"):
        if _KEY_END.search(line):
            above = len(kept)
            while kept and _KEY_TAIL.fullmatch(kept[-1]):
                kept.pop()
            if len(kept) < above:
                kept.append(_MASK)
        kept.append(line)
    return "\n".join(kept)


def _assigned(found: re.Match[str]) -> str:
    quote = found[3] or ""
    if not quote and ":" in found[2] and found[1].lower() in _GRAMMAR:
        return found[0]
    return f"{found[1]}{found[2]}{quote}{_MASK}{quote}"
