from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redaction import redact

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxMjM0NSJ9.c2lnbmF0dXJlLW9mLWEtdG9rZW4"
LETTERS = "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8"

SECRETS = {
    "classic token": f"ghp_{LETTERS}",
    "OAuth token": f"gho_{LETTERS}",
    "user-to-server token": f"ghu_{LETTERS}",
    "installation token": f"ghs_{LETTERS}",
    "installation token, long form": f"ghs_123456_{JWT}",
    "refresh token": f"ghr_{LETTERS}",
    "fine-grained token": f"github_pat_11ABCDEFG0{LETTERS}_{LETTERS}",
    "old installation token": "v1." + "0a" * 20,
    "JWT": JWT,
    "AWS key": "AKIAIOSFODNN7EXAMPLE",
    "Slack": "xoxb-1234567890-abcdefghijkl",
    "Slack hook": "hooks.slack.com/services/T000/B000/abcdefghijkl",
    "npm": f"npm_{LETTERS}",
    "PyPI": f"pypi-AgEIcHlwaS5vcmc{LETTERS}",
    "GitLab": "glpat-abcdefghij1234567890",
    "crates.io": "cio" + "aB3d" * 8,
    "Google": "AIza" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R",
    "model provider": "sk-ant-api03-" + LETTERS,
    "Stripe": "sk_live_" + LETTERS,
    "Vault": "hvs." + LETTERS,
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS.keys())
@pytest.mark.parametrize("frame", ["{}", "key={} next", '"{}"', "https://x.example/?a={}&b=1", "a\n{}\nb"])
def test_a_secret_of_a_known_form_never_stays(secret: str, frame: str) -> None:
    said = redact(frame.format(secret))

    assert secret not in said
    assert "***" in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
        ('"authorization": "Basic dXNlcjpwYXNz"', '"authorization": "Basic ***"'),
        ("x-api-key: 12345", "x-api-key: ***"),
        ("curl -H 'Bearer abcdefgh12345678='", "curl -H 'Bearer ***'"),
        ("https://mona:hunter2@git.example/x", "https://***@git.example/x"),
        ("postgres://mona:p%40ss@db.example/x", "postgres://***@db.example/x"),
        ("https://abcdefghij0123456789@git.example/x", "https://***@git.example/x"),
        ("GET /?X-Amz-Signature=abcdef012345&a=1", "GET /?X-Amz-Signature=***&a=1"),
        ("PASSWORD='correct horse'", "PASSWORD='***'"),
        ("db_password=hunter2hunter2", "db_password=***"),
        ("AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG", "AWS_SECRET_ACCESS_KEY=***"),
        ("API_TOKEN: abcd1234efgh", "API_TOKEN: ***"),
        ("client_secret => 'abcdefgh'", "client_secret => '***'"),
        ("mysql --password hunter2hunter", "mysql --password ***"),
    ],
)
def test_a_secret_is_known_by_what_stands_before_it(text: str, said: str) -> None:
    assert redact(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "token: ***",
        "unexpected token: identifier2x",
        "token = next(tokens)",
        "Password: expected 3 got 4",
        "error: secret not found",
        "assert left == right",
        "password reset works ... ok",
        "src/token.rs:12:5: expected `;`",
        "https://github.com/octo/boat/blob/1a2b3c4d/src/hull.rs#L73",
        "mona@example.com wrote this",
        "commit 1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d",
        "bearer of bad news",
    ],
)
def test_ordinary_log_text_stays(text: str) -> None:
    """What is cut away without need is a diagnosis lost."""
    assert redact(text) == text


def test_a_private_key_goes_whole() -> None:
    key = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\nabc\n-----END RSA PRIVATE KEY-----"

    assert redact(f"a\n{key}\nb") == "a\n-----BEGIN RSA PRIVATE KEY----- *** -----END RSA PRIVATE KEY-----\nb"


def test_half_a_private_key_goes_too() -> None:
    assert "MIIE" not in redact("-----BEGIN PRIVATE KEY-----\nMIIEow")
    assert (
        redact("MIIEowIBAAKCAQEA1234\nabcdefgh12345678\n-----END PRIVATE KEY-----")
        == "***\n-----END PRIVATE KEY-----"
    )


@given(st.text())
def test_redacting_twice_says_the_same(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize(
    "piece", ["a_", "password=", "ghp_", "eyJ", "https://", "x:y@", "-----BEGIN PRIVATE KEY-----", "A1-"]
)
def test_a_hostile_line_takes_no_time(piece: str) -> None:
    """The time-out of the suite fails what a pattern of more than linear cost would need for this."""
    assert redact(piece * 20_000)
