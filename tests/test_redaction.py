from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redaction import redact
from tests.support.secret_forms import LETTERS, LONG, SECRETS


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
        ("mysqldump -uroot -phunter2 boats", "mysqldump -uroot -p*** boats"),
        ("sshpass -p hunter2 ssh boat", "sshpass -p *** ssh boat"),
        ("docker login -u mona -p hunter2 r.example", "docker login -u mona -p *** r.example"),
        ("curl -sS -u mona:hunter2 https://a.example", "curl -sS -u mona:*** https://a.example"),
        ("machine a.example login mona password hunter2", "machine a.example login mona password ***"),
        ("//r.example/:_authToken=abc-def", "//r.example/:_authToken=***"),
        ('"auths": {"r.example": {"auth": "bW9uYTpodW50ZXIy"}}', '"auths": {"r.example": {"auth": "***"}}'),
        ("export DB_PASSWORD=p@ss.w$rd!", "export DB_PASSWORD=***"),
        ("+ SENTRY_DSN=abc.def/1 ./run", "+ SENTRY_DSN=*** ./run"),
        ("  NPM_TOKEN: p-q.r/s:t", "  NPM_TOKEN: ***"),
        ("DD_API_KEY=0a1b2c3d4e5f", "DD_API_KEY=***"),
        ("HEROKU_API_KEY=0a1b2c3d-0a1b-0a1b-0a1b-0a1b2c3d4e5f", "HEROKU_API_KEY=***"),
        ("Server=a;User Id=mona;Password=hun.ter;", "Server=a;User Id=mona;Password=***;"),
        ("AccountName=boat;AccountKey=ab/cd+ef==;x=y", "AccountName=boat;AccountKey=***;x=y"),
        ('"SecretAccessKey": "wJalrXUtnFEMI"', '"SecretAccessKey": "***"'),
        ("client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURQ==", "client-key-data: ***"),
        ("key: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVk=", "key: ***"),
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
        "docker run --name texlive-basic org/texlive-basic\n7c1946fdc97d5413290d1598a8729396f6329ead8c1c2856",
        "normalizes https://user:password@example.com:8080/",
        "$ export ARTIFACTS_SECRET=[secure]",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8  boat.tar.gz",
        "integrity sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==",
        "golang.org/x/sys v0.1.0 h1:kunALQeHf1/185U1i0GOB/fy1IPRDDpuOOqRReqG57U=",
        "id 123e4567-e89b-12d3-a456-426614174000 is unknown",
        "test_password_reset_token_expires ... FAILED",
        "pypi-attestations-0.0.28-py3-none-any.whl",
        "error[E0432]: unresolved import `token::sk_test`",
        "hf_hub_download(repo_id) raised in task-sk-learn-contrib-imbalanced",
        "expected token `;`, found `secret_key`",
        "GITHUB_TOKEN: not found",
        "login page shows -p",
        "API_KEY=$API_KEY and TOKEN=${{ secrets.TOKEN }} and TOKEN=***",
        'Cargo.lock: checksum = "5ddacd0b6c9a1f2e3d4c5b6a79880123456789abcdef0123456789abcdef0123"',
        "at Object.<anonymous> (src/auth/token.test.ts:12:5)",
        "the passwords differ; expected 3 got 4",
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


BODY = "\n".join(LONG[n : n + 64] for n in range(0, 60, 7))


@pytest.mark.parametrize("frame", ["{}", "2026-03-02T09:14:05.1234567Z {}", "  | {}", "> {}"])
def test_the_lines_of_a_key_go_wherever_it_was_cut(frame: str) -> None:
    """A log shows each with a timestamp or a margin, and an excerpt may begin and end anywhere in it."""
    whole = f"-----BEGIN RSA PRIVATE KEY-----\n{BODY}\n-----END RSA PRIVATE KEY-----"
    lines = [frame.format(line) for line in whole.split("\n")]

    for first, last in ((0, None), (0, -1), (1, None), (1, -1), (3, 7)):
        said = redact("\n".join(["the deploy failed:", *lines[first:last], "after it"]))
        assert not any(line in said for line in BODY.split("\n"))
        assert "the deploy failed:" in said


def test_lists_of_digests_are_no_key() -> None:
    text = "\n".join(f"{digit}" * 64 for digit in "0123456789abcdef")

    assert redact(text) == text


@pytest.mark.parametrize("unseen", ["\x1b[0m", "\x1b[31;1m", "\u200b", "\x00", "\x08"])
def test_a_secret_hides_behind_nothing_unseen(unseen: str) -> None:
    secret = f"ghp_{LETTERS}"
    split = f"using {secret[:9]}{unseen}{secret[9:]} now"

    assert redact(split) == "using *** now"
    assert redact(f"calm{unseen} sea") == f"calm{unseen} sea"


@given(
    st.sampled_from(sorted(SECRETS.values())),
    st.text(alphabet=" \n\t\"'`:;,()[]{}<>=&|*#@", max_size=20),
    st.text(alphabet=" \n\t\"'`:;,()[]{}<>|*#", max_size=20),
)
def test_no_secret_stays_in_any_frame(secret: str, before: str, after: str) -> None:
    assert secret not in redact(f"{before}{secret}{after}")


@given(
    st.lists(st.sampled_from(sorted(SECRETS.values())), max_size=6),
    st.sampled_from([" ", "\n", ", ", '"', "\t"]),
)
def test_no_secret_stays_beside_another(secrets: list[str], between: str) -> None:
    said = redact(between.join(secrets))

    assert not any(secret in said for secret in secrets)


@given(st.text())
def test_redacting_twice_says_the_same(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize(
    "piece",
    [
        "a_",
        "password=",
        "ghp_",
        "eyJ",
        "https://",
        "x:y@",
        "-----BEGIN PRIVATE KEY-----",
        "A1-",
        "A_",
        "login ",
        "curl -u ",
        "mysql ",
        "PRIVATE KEY\n" + "aB1" * 9 + "\n",
        "xoxb-",
        ";password=",
        "TOKEN_",
        LONG[:64] + "\n",
        "eyJa.",
        "\x1b[",
        "sk-",
    ],
)
def test_a_hostile_line_takes_no_time(piece: str) -> None:
    """The time-out of the suite fails what a pattern of more than linear cost would need for this."""
    assert redact(piece * 20_000)
