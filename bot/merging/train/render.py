"""Says what a train does and found: the messages of its commits, and what a wish and a batch are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from bot.markdown import code, cut, escape, link
from bot.merging.model import Batch, BatchState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.merging.train.model import FailedCheck, LeftOut

_MOST = 10
_LONGEST = 500
# https://docs.github.com/en/actions/managing-workflow-runs/skipping-workflow-runs
_SKIP = "[skip ci]"


def batch_message(batch: Batch) -> str:
    """This function will word the commit that is tested.

    Numbers stand without their sign, or each pull request would be told of every test.
    """
    if not batch.cars:
        return "Test the base alone\n"
    numbers = ", ".join(str(car.number) for car in batch.cars)
    return f"Test pull request{'s' * (len(batch.cars) > 1)} {numbers} together\n"


def part_message(number: int | None) -> str:
    """This function will word a commit on the way to it, on which nothing is to run."""
    return f"{'Begin' if number is None else f'Add pull request {number}'} {_SKIP}\n"


def render_numbers(numbers: Sequence[int]) -> str:
    """This function will name pull requests, not more than fit into a sentence."""
    named = [f"#{number}" for number in numbers[:_MOST]]
    more = len(numbers) - _MOST
    if more > 0:
        return f"{', '.join(named)} and {more} more"
    return f"{', '.join(named[:-1])} and {named[-1]}" if len(named) > 1 else "".join(named)


def render_testing(batch: Batch, number: int) -> str:
    """This function will say to one of a batch that it is tested."""
    others = [car.number for car in batch.cars if car.number != number]
    beside = f" together with {render_numbers(others)}" if others else ""
    return f"Tested on top of {code(batch.base_ref)}{beside} at {code(batch.head_sha[:7])}."


def render_searching(others: Sequence[int], failed: Sequence[FailedCheck]) -> str:
    """This function will say to one of a red batch that the culprit is looked for."""
    return f"{render_failed(failed)} with {render_numbers(others)}; who is to blame is being found out."


def render_blamed(batch: Batch, number: int, failed: Sequence[FailedCheck]) -> str:
    """This function will say to the culprit of a batch what is red with it."""
    others = [car.number for car in batch.cars if car.number != number]
    above = f", on top of {render_numbers(others)}" if others else ""
    head = code(batch.head_sha[:7])
    times = f", {batch.attempts} times" if batch.attempts > 1 else ""
    details = "".join(f" {_detail(check)}" for check in failed[:1] if check.detail)
    return (
        f"{render_failed(failed)} with it on top of {code(batch.base_ref)} ({head}{above}{times}), and "
        f"{code(batch.base_ref)} is green without it.{details} Its author can mend it; "
        f"{code('/merge --when-green')} then asks anew."
    )


def render_failed(failed: Sequence[FailedCheck]) -> str:
    """This function will name what is red."""
    named = [link(code(check.name), check.url) for check in failed[:_MOST]]
    more = f" and {len(failed) - _MOST} more" if len(failed) > _MOST else ""
    return f"{', '.join(named)}{more} {'is' if len(failed) == 1 else 'are'} red"


def render_left_out(left: LeftOut, base_ref: str) -> str:
    """This function will say to one that could not be built upon those before it why it waits."""
    if not left.after:
        return f"GitHub cannot merge it into {code(base_ref)}: {escape(left.text)}."
    return (
        f"It contradicts what goes before it ({render_numbers(left.after)}): {escape(left.text)}. It is looked at "
        "again when that is merged, or is not."
    )


def render_silent(branch: str, silent: Sequence[str]) -> str:
    """This function will say that a check never began on the train's branch, and what lets it begin."""
    named = ", ".join(code(name) for name in silent[:_MOST]) or "What must be green"
    pattern = f"{branch}**"
    return (
        f"{named} never began on the commit of its train, so nothing was proven. Whoever keeps the workflows can let "
        f"them run on pushes to {code(pattern)}, with the same jobs; {code('/merge --when-green')} then asks anew."
    )


def render_base_red(base_ref: str, failed: Sequence[FailedCheck]) -> str:
    """This function will say that nobody in the train is to blame, for the base itself is red."""
    what = f": {render_failed(failed)}" if failed else ""
    return f"{code(base_ref)} is red by itself, with nothing on top{what}. It waits until that is mended."


def render_no_train(base_ref: str) -> str:
    """This function will say that the train is gone from the policy."""
    return f"The policy has no train for {code(base_ref)} any more; it is decided anew."


def render_unreached(base_ref: str, words: str) -> str:
    """This function will say why the train could not go on."""
    return f"The train of {code(base_ref)} could not go on: {escape(words)}."


def render_broken(base_ref: str, kind: str) -> str:
    """This function will say that the train broke down by a mistake of the bot's own."""
    return (
        f"The train of {code(base_ref)} broke down by a mistake of the bot ({code(kind)}); its log tells more. "
        f"{code('/merge --when-green')} asks anew."
    )


def render_batch(batch: Batch, failed: Sequence[FailedCheck] = ()) -> str:
    """This function will say how a batch stands."""
    numbers = [car.number for car in batch.cars]
    what = render_numbers(numbers) if numbers else f"{code(batch.base_ref)} alone"
    match batch.state:
        case BatchState.BUILDING:
            return f"{what}: GitHub merges them on top of each other."
        case BatchState.TESTING:
            attempt = f", attempt {batch.attempts}" if batch.attempts > 1 else ""
            return f"{what}: CI runs{attempt}."
        case BatchState.GREEN:
            return f"{what}: green."
        case BatchState.RED:
            return f"{what}: {render_failed(failed)}."
        case BatchState.MERGED:
            return f"{what}: merged as tested."
        case BatchState.DROPPED:
            return f"{what}: not tested to the end."
        case _:
            assert_never(batch.state)


def _detail(check: FailedCheck) -> str:
    return f"It says: {escape(cut(check.detail, _LONGEST))}."
