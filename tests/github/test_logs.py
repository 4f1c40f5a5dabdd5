"""Job logs: links followed by hand, streamed, without credentials."""

from __future__ import annotations

import pytest

from bot.github.actions import open_job_log
from bot.github.errors import NotFound, Unavailable, Unexpected
from bot.github.transport import CHUNK_BYTES
from tests.support.raw_github import REPO, REPOSITORY, Answer, Bench, raw_server

LOG = f"{REPO}/actions/jobs/9/logs"
PLAIN = {"content-type": "text/plain"}


def leads_to(url: str) -> Answer:
    return Answer(None, 302, {"location": url})


async def read(bench: Bench) -> bytes:
    async with open_job_log(bench.github.repository(REPOSITORY), 9) as chunks:
        return b"".join([chunk async for chunk in chunks])


async def test_a_log_is_read_from_where_the_link_leads_without_the_token(bench: Bench) -> None:
    async with raw_server(bench.time.clock) as store:
        store.answer("GET", "/blob", Answer(b"line\n", headers=PLAIN))
        bench.server.answer("GET", LOG, leads_to(f"{store.url}/blob?sig=a%2Fb"))
        assert await read(bench) == b"line\n"
        assert store.seen[0].authorization is None
        assert store.seen[0].query == {"sig": "a/b"}
        assert bench.server.calls()[0].authorization == "token ghs_1"


async def test_a_log_arrives_in_chunks_byte_for_byte(bench: Bench) -> None:
    """Bytes that are no UTF-8, and more of them than fit in one chunk."""
    content = bytes(range(256)) * 4_096
    bench.server.answer("GET", LOG, leads_to("/blob"))
    bench.server.answer("GET", "/blob", Answer(content, headers=PLAIN))
    sizes, read_back = [], b""
    async with open_job_log(bench.github.repository(REPOSITORY), 9) as chunks:
        async for chunk in chunks:
            sizes.append(len(chunk))
            read_back += chunk
    assert read_back == content
    assert len(sizes) > 1
    assert max(sizes) <= CHUNK_BYTES


async def test_an_expired_link_is_asked_for_again(bench: Bench) -> None:
    bench.server.answer("GET", LOG, leads_to("/old"), leads_to("/new"))
    bench.server.answer("GET", "/old", Answer({"message": "expired"}, 403))
    bench.server.answer("GET", "/new", Answer(b"log", headers=PLAIN))
    assert await read(bench) == b"log"


async def test_a_renamed_repositorys_log_is_found(bench: Bench) -> None:
    moved = "/repositories/70/actions/jobs/9/logs"
    bench.server.answer("GET", LOG, Answer(None, 301, {"location": moved}))
    bench.server.answer("GET", moved, leads_to("/blob"))
    bench.server.answer("GET", "/blob", Answer(b"log", headers=PLAIN))
    assert await read(bench) == b"log"


@pytest.mark.parametrize("status", [404, 410])
async def test_a_log_that_is_gone_is_not_found(bench: Bench, status: int) -> None:
    bench.server.answer("GET", LOG, Answer({"message": "Not Found"}, status))
    with pytest.raises(NotFound):
        await read(bench)
    bench.server.answer("GET", LOG, leads_to("/blob"))
    bench.server.answer("GET", "/blob", Answer(None, status))
    with pytest.raises(NotFound):
        await read(bench)


async def test_a_store_that_stays_broken_is_said(bench: Bench) -> None:
    bench.server.answer("GET", LOG, leads_to("/blob"))
    bench.server.answer("GET", "/blob", Answer(None, 503))
    with pytest.raises(Unavailable, match="503"):
        await read(bench)
    bench.server.answer("GET", "/blob", Answer(status=0))
    with pytest.raises(Unavailable, match="cannot be opened"):
        await read(bench)


async def test_redirects_of_the_store_are_followed_to_an_end(bench: Bench) -> None:
    bench.server.answer("GET", LOG, leads_to("/one"))
    bench.server.answer("GET", "/one", leads_to("/two"))
    bench.server.answer("GET", "/two", Answer(b"log", headers=PLAIN))
    assert await read(bench) == b"log"
    bench.server.answer("GET", "/two", leads_to("/one"))
    with pytest.raises(Unavailable, match="redirects"):
        await read(bench)


@pytest.mark.parametrize("link", ["file:///etc/passwd", "ftp://example.com/x", "https:///x", "gopher://x"])
async def test_only_the_web_is_followed(bench: Bench, link: str) -> None:
    bench.server.answer("GET", LOG, leads_to(link))
    with pytest.raises(Unexpected, match="no web address"):
        await read(bench)


async def test_a_log_that_breaks_off_is_no_shorter_log(bench: Bench) -> None:
    """Half a log must not pass for a whole one."""
    bench.server.answer("GET", LOG, leads_to("/blob"))
    bench.server.answer("GET", "/blob", Answer(b"x" * 100, headers=PLAIN | {"content-length": "1000"}))
    with pytest.raises(Unavailable, match="broke off"):
        await read(bench)
