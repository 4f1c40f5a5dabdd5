"""The story of one try: the failure is shown on the host, fixers are asked, a change is judged and proven."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bot.commands.reasons import Reason
from bot.config.terms import parse_duration
from bot.markdown import code
from bot.supervision.fixing.agent.opencode import why_not_held
from bot.supervision.fixing.agent.prompt import Task
from bot.supervision.fixing.guarding import terms_of
from bot.supervision.fixing.patching import read_patch
from bot.supervision.fixing.working.attempts import (
    Attempt,
    breaks,
    given_up,
    not_allowed,
    not_mended,
    not_shown,
    tried,
    unfit,
)
from bot.supervision.fixing.working.candidates import agent_candidate, names_of, tool_candidate
from bot.supervision.fixing.working.commands import check_of, fixer_of, other_checks
from bot.supervision.fixing.working.equipping import equip, links_of, prepare, wrapped
from bot.supervision.fixing.working.fixer import AGENT, shown
from bot.supervision.fixing.working.opening import keep_tree, open_bench, reset_bench
from bot.supervision.fixing.working.problems import Problem, unknown
from bot.supervision.fixing.working.running import Work, finish
from bot.supervision.hosts.model import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from decimal import Decimal

    from bot.config.supervising import FixConfig
    from bot.decisions.model import Condition
    from bot.engine.model import Run
    from bot.supervision.fixing.bench import Bench
    from bot.supervision.fixing.model import Patch, Tried, Trouble
    from bot.supervision.fixing.working.candidates import Candidate
    from bot.supervision.fixing.working.ending import Ended
    from bot.supervision.fixing.working.fixer import Command

_SHORTEST = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TryTerms:
    """What a try may use, and what its change is held to."""

    bench: Bench
    config: FixConfig
    guard: Callable[[Patch], Sequence[Condition]]
    without: frozenset[str] = frozenset()  # fixers whose change an earlier try proposed in vain
    earlier: tuple[str, ...] = ()  # what came of earlier tries, for the agent


async def try_fix(run: Run, trouble: Trouble, terms: TryTerms) -> Tried:
    """This function will ask one fixer after the other until the failed command succeeds by an allowed change.

    The change is left in the work tree, where `read_patch` reads it; whoever began the try closes its bench. Each
    command is begun once, and one that runs while the bot is killed is looked at again.
    """
    tool = trouble.failure.tool
    check = check_of(tool, terms.config)
    if check is None:
        return given_up(_without_check(tool))
    names = names_of(tool, terms.config, terms.without)
    if not names:
        return given_up(_without_fixer(tool), check)
    problem = await open_bench(run, terms.bench)
    if problem is not None:
        return given_up(problem, check)
    trying = _Trying(run=run, terms=terms, trouble=trouble, check=check, began=await run.now())
    problem = await trying.show()
    if problem is not None:
        return given_up(problem, check)
    attempts: list[Attempt] = []
    for name in names:
        attempts.append(await trying.ask(name, attempts))
        if not attempts[-1].reason:
            break
    return tried(attempts, check)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trying:
    """A try whose bench is open."""

    run: Run
    terms: TryTerms
    trouble: Trouble
    check: Command
    began: datetime

    async def show(self) -> Problem | None:
        """Why the failure cannot be seen on the host."""
        fixer = fixer_of(self.trouble.failure.tool)
        problem = await prepare(self.run, self.terms.bench, fixer)
        if problem is not None:
            return problem
        ended, problem = await self._check("before")
        problem = problem or not_shown(ended, self.check, self.trouble.failure)
        if problem is not None:
            return problem
        # What a check leaves behind is none of a fixer's doing, unless the check is the fixer.
        is_both = fixer is not None and fixer.check in fixer.fix
        keep = partial(keep_tree, self.run, self.terms.bench, "before")
        reset = partial(reset_bench, self.run, self.terms.bench, name="the first")
        for act in (reset, keep) if is_both else (keep, reset):
            problem = problem or await act()
        return problem

    async def ask(self, name: str, earlier: Sequence[Attempt]) -> Attempt:
        """What a fixer comes to."""
        bench = self.terms.bench
        problem = await reset_bench(self.run, bench, name=name) if earlier else None
        candidate = problem or await self._ready(name, earlier)
        if isinstance(candidate, Problem):
            return Attempt(fixer=name, reason=candidate.reason, text=candidate.text)
        problem, price = await self._fix(candidate)
        problem = problem or await keep_tree(self.run, bench, "after")
        problem = problem or await self._judged(candidate)
        if problem is not None:
            return Attempt(fixer=name, reason=problem.reason, text=problem.text, price=price)
        ran = ", ".join(code(shown(command)) for command in candidate.told)
        check = code(shown(self.check))
        text = (
            f"{candidate.summary}. It ran {ran}; {check} failed on the host before it and succeeds after it."
        )
        return Attempt(fixer=name, text=text, price=price)

    async def _ready(self, name: str, earlier: Sequence[Attempt]) -> Candidate | Problem:
        """The fixer with what it needs on the host."""
        if name != AGENT:
            return tool_candidate(name)
        bench, config = self.terms.bench, self.terms.config
        links = await links_of(self.run, bench)
        if isinstance(links, Problem):
            return links
        task = Task(
            trouble=self.trouble,
            check=shown(self.check),
            terms=terms_of(config),
            earlier=(*self.terms.earlier, *(one.text for one in earlier)),
        )
        unheld = why_not_held(config.agent, links) if config.agent is not None else ""
        if unheld:
            return Problem(reason=Reason.FIX_BROKEN, text=unheld)
        candidate = agent_candidate(task, config, home=bench.home, links=links)
        return await equip(self.run, bench, candidate) or candidate

    async def _fix(self, candidate: Candidate) -> tuple[Problem | None, Decimal | None]:
        price = None
        for number, (command, told) in enumerate(
            zip(candidate.commands, candidate.told, strict=True), start=1
        ):
            limit = await self._left()
            work = Work(
                name=f"fix {candidate.name} {number}",
                argv=wrapped(self.terms.bench, command, secrets=candidate.secrets),
                limit=limit,
                home=self.terms.bench.home,
                environment=candidate.environment,
                pricing=candidate.pricing,
                dollars=candidate.dollars,
                calls=candidate.calls,
            )
            ended = await finish(self.run, self.terms.bench, work)
            price = ended.price if ended.price is not None else price
            problem = unfit(ended, told, limit)
            if problem is not None:
                return problem, price
        return None, price

    async def _judged(self, candidate: Candidate) -> Problem | None:
        """The change first, which costs nothing, then whether it mends anything, then whether it breaks anything."""
        judging = partial(_held, self.terms)
        problem = await self.run.step(f"judge {candidate.name}", judging, returns=Problem | None)
        if problem is not None:
            return problem
        ended, problem = await self._check(f"after {candidate.name}")
        problem = problem or not_mended(ended, self.check)
        for name, command in other_checks(self.trouble.failure.tool, self.terms.config):
            problem = problem or await self._broken(name, command, candidate)
        return problem

    async def _broken(self, name: str, command: Command, candidate: Candidate) -> Problem | None:
        """Whether another check fails with the change and succeeds without it; what does not end says nothing."""
        after, unsaid = await self._check(f"{name} after {candidate.name}", command)
        if unsaid is not None or after.code == 0:
            return None
        problem = await reset_bench(self.run, self.terms.bench, name=f"{name} without {candidate.name}")
        before, unsaid = await self._check(f"{name} without {candidate.name}", command)
        if problem is None and unsaid is None and before.code == 0:
            return breaks(name, command, after)
        again = f"{name} with {candidate.name}"
        return problem or await reset_bench(self.run, self.terms.bench, name=again, moment="after")

    async def _check(self, moment: str, command: Command | None = None) -> tuple[Ended, Problem | None]:
        limit, check = await self._left(), command or self.check
        argv, home = wrapped(self.terms.bench, check), self.terms.bench.home
        work = Work(name=f"check {moment}", argv=argv, limit=limit, home=home, said=shown(check))
        ended = await finish(self.run, self.terms.bench, work)
        return ended, unfit(ended, check, limit)

    async def _left(self) -> timedelta:
        """How much of the try's time is left, to the second."""
        spent = await self.run.now() - self.began
        return max(parse_duration(self.terms.config.time) - spent, _SHORTEST)


async def _held(terms: TryTerms) -> Problem | None:
    patch = await read_patch(terms.bench)
    if isinstance(patch, Unknown):
        return unknown(patch.why)
    return not_allowed(patch, terms.guard(patch))


def _without_check(tool: str) -> Problem:
    text = (
        f"No command is known that shows on the host what {code(tool)} complains of; "
        f"{code('supervision.fix.checks')} can name it."
    )
    return Problem(reason=Reason.NO_FIXER, text=text)


def _without_fixer(tool: str) -> Problem:
    text = (
        f"Nothing is left that could mend what {code(tool)} complains of: "
        f"{code('supervision.fix.tools')} and {code('supervision.fix.agent')} say what may be asked."
    )
    return Problem(reason=Reason.NO_FIXER, text=text)
