"""A person at a real browser: writes a command, watches the bot act, presses a button."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from bot.demo.story import CHECK, SUMMARY
from bot.localhub.pages.timeline import newest_checks
from tests.support.browser import PATIENCE, act_as, keep, opened
from tests.support.pages import visitor

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from bot.demo.world import World

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240), pytest.mark.no_cover]


def _pull_url(world: World, number: int) -> str:
    return f"{world.hub.url}/{world.harbour.repository.full_name}/pull/{number}"


async def test_deploy_is_written_with_completion_and_reaches_success_live(
    world: World, browser: Browser
) -> None:
    """The page is never reloaded: the receipt is seen to reach succeeded."""
    green = world.harbour.green
    await world.until(lambda: _is_green(world) or None, seconds=60)
    page = await opened(browser, _pull_url(world, green.number))
    await act_as(page, "wren")
    box = page.get_by_label("Comment as wren")

    await box.press_sequentially("/dep")
    options = page.locator("#comment-commands").get_by_role("option")
    await expect(options.first).to_contain_text("/deploy staging")
    await expect(options.last).to_be_in_viewport(ratio=1)
    await box.press("Enter")
    await expect(box).to_have_value("/deploy staging")
    await page.get_by_role("button", name="Comment", exact=True).click()

    receipt = page.locator("article.comment.bot", has_text="/deploy staging")
    await expect(receipt).to_contain_text("succeeded", timeout=PATIENCE)
    await expect(page.locator("#deployments")).to_contain_text("Success", timeout=PATIENCE)
    await keep(page, "deploy-staging")


def _is_green(world: World) -> bool:
    runs = world.harbour.repository.runs.values()
    return any(
        run.head_sha == world.harbour.green.head_sha and run.latest.conclusion == "success" for run in runs
    )


async def test_button_of_the_check_run_reruns_and_the_summary_turns_quiet(
    world: World, browser: Browser
) -> None:
    rust = world.harbour.rust
    check = await world.until(
        lambda: next(
            (
                one
                for one in newest_checks(world.harbour.repository, rust.head_sha)
                if one.name == CHECK and one.actions and one.status == "completed"
            ),
            None,
        ),
        seconds=60,
    )
    page = await opened(browser, _pull_url(world, rust.number))
    await act_as(page, "wren")
    await keep(page, "red-pull-request")

    shown_check = page.locator("#checks li", has_text=CHECK)
    await shown_check.get_by_role("button", name=check.actions[0]["label"]).click()

    summary = next(one for one in rust.issue.comments if one.body.startswith(SUMMARY))
    shown = page.locator(f"#issuecomment-{summary.id}")
    await expect(shown).not_to_contain_text("uf_test_with_equiv", timeout=PATIENCE)
    await expect(page.locator("#checks > header")).to_contain_text("All passed", timeout=PATIENCE)
    await keep(page, "quiet-pull-request")


@pytest.mark.parametrize("width", [390, 768, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_pages_fit_the_screen_and_complain_about_nothing(
    browser: Browser, width: int, scheme: str
) -> None:
    """No page scrolls sideways, breaks the content security policy or throws."""
    async with visitor() as ada:
        context = await browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        page = await context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        run = ada.rust_run
        for path in (
            "",
            "/pull/1",
            "/pull/1/files",
            "/issues",
            "/actions",
            f"/actions/runs/{run.id}",
            f"/actions/runs/{run.id}/job/{run.latest.jobs[0].id}",
            "/deployments",
            "/releases",
            "/releases/tag/v0.9.0",
        ):
            await page.goto(ada.hub.url + ada.repository + path)
            overflow = await page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            name = re.sub(r"[\W\d]+", "-", path).strip("-") or "repository"
            await keep(page, f"{name}-{width}-{scheme}")
            assert (path, overflow) == (path, 0)
        assert complaints == []


async def test_pages_are_read_without_javascript(browser: Browser) -> None:
    async with visitor() as ada:
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        await page.goto(f"{ada.hub.url}{ada.repository}/pull/1")

        await expect(page.locator("#checks")).to_contain_text("rust / clippy")
        await page.get_by_label("Acting as").select_option("rao")
        await page.get_by_role("button", name="Change").click()
        await page.get_by_label("Comment as rao").fill("read without scripts")
        await page.get_by_role("button", name="Comment", exact=True).click()

        await expect(page.locator("#conversation")).to_contain_text("read without scripts")
