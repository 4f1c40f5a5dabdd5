"""Says how a release goes: the text of its receipt and of its timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.markdown import code, details, escape, link, table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.gates.model import Gate
    from bot.github.run_models import Job, WorkflowRun
    from bot.releases.files.model import FileReport
    from bot.releases.judging.fact_model import ExistingRelease, ReleaseFacts
    from bot.releases.making.tagging import Tagged
    from bot.releases.model import ReleaseRequest

_MOST_JOBS = 10
_MOST_FILES = 30
_DIGEST = 19  # characters that are shown: sha256: and twelve digits
_KILO = 1024


def render_turn(tag: str, sha: str) -> str:
    """This function will say that the release has been accepted."""
    return f"{code(tag)} is about to be made of {code(sha[:7])}; this comment is edited as it goes on."


def render_unread(problem: str) -> str:
    """This function will say that nothing is released because something could not be read."""
    return f"GitHub could not say whether this may be released ({escape(problem)}). Write the command again."


def render_broken(kind: str) -> str:
    """This function will say that the bot itself failed."""
    return (
        f"Pilothouse failed in the middle of this ({code(kind)}); whoever runs it finds the cause in its log."
    )


def render_with_page(text: str, page: str) -> str:
    """This function will add the address of the release's page."""
    return f"{text}\n\n{link('How it went, step by step', page)}" if page else text


def render_resume(text: str, tag: str) -> str:
    """This function will add how a release that stopped goes on, or is given up."""
    again, end = code(f"/release resume {tag}"), code(f"/release abort {tag}")
    return (
        f"{text.rstrip()}\n\nNothing is published. {again} goes on from here, {end} takes back what is there."
    )


def render_checked(facts: ReleaseFacts) -> str:
    """This function will say what is released."""
    asked, versions = facts.asked, facts.versions
    sha = link(code(asked.sha[:7]), f"{facts.web_url}/commit/{asked.sha}")
    since = f" since {code(versions.previous)}" if versions is not None and versions.previous else ""
    count = versions.changes if versions is not None else 0
    held = f"{count} change{'s' * (count != 1)}{since}"
    return f"{code(asked.tag)} is made of {sha} of {code(asked.branch)}: {held}. Nothing stands against it."


def render_waiting(request: ReleaseRequest, gate: Gate, *, web_url: str) -> str:
    """This function will say for whom the release waits."""
    checks = link("the checks of the commit", f"{web_url}/commit/{request.sha}")
    name = code(f"pilothouse / {gate.subject.environment}")
    return f"{code(request.tag)} waits to be approved: press Approve of {name} among {checks}.\n\n{gate.text}"


def render_tagging(tag: str, sha: str) -> str:
    """This function will say that the tag is made."""
    return f"The tag {code(tag)} is made at {code(sha[:7])}."


def render_tag_elsewhere(request: ReleaseRequest, there: str) -> str:
    """This function will say that the tag is at another commit."""
    tag = code(request.tag)
    return (
        f"The tag {tag} is at {code(there[:7])}, not at {code(request.sha[:7])}; the bot never moves a tag. "
        "Somebody else made it, or moved it. Whoever did can delete it; or ask for another version."
    )


def render_tag_protected(request: ReleaseRequest, tagged: Tagged) -> str:
    """This function will say that GitHub's rules do not let the tag be made."""
    return (
        f"GitHub's rules do not let this App make the tag {code(request.tag)} ({escape(tagged.problem)}). "
        "An administrator can let the App bypass the ruleset for tags."
    )


def render_drafting(tag: str) -> str:
    """This function will say that the draft is made."""
    return f"{code(tag)} is tagged; its draft is made, with the notes."


def render_draft_gone(tag: str) -> str:
    """This function will say that the draft is not there any more."""
    return f"The draft of {code(tag)} is gone; somebody deleted it."


def render_not_ours(existing: ExistingRelease, tag: str) -> str:
    """This function will say that somebody else made a release of the tag."""
    what = "A draft" if existing.is_draft else "A published release"
    shown = link(code(tag), existing.url)
    return f"{what} of {shown} is there that the bot did not make. Whoever made it can delete it."


def render_awaited(file: str, tag: str) -> str:
    """This function will say that the workflow is about to begin."""
    return f"The tag {code(tag)} starts {code(file)}; its run has not begun yet."


def render_not_started(file: str, tag: str, minutes: int) -> str:
    """This function will say that the workflow never began."""
    return (
        f"No run of {code(file)} began for the tag {code(tag)} within {minutes} minutes. GitHub Actions may be down "
        "or switched off, or the workflow disabled; somebody with the role write can look."
    )


def render_building(workflow_run: WorkflowRun) -> str:
    """This function will say where the files are built."""
    shown = link(escape(workflow_run.name or "the workflow run"), workflow_run.html_url)
    attempt = f", attempt {workflow_run.attempt}" if workflow_run.attempt > 1 else ""
    return f"{shown} builds its files{attempt}."


def render_moved(request: ReleaseRequest, workflow_run: WorkflowRun) -> str:
    """This function will say that the workflow run is of another commit."""
    shown = link("The workflow run", workflow_run.html_url)
    return f"{shown} is of {code(workflow_run.head_sha[:7])}, and not of {code(request.sha[:7])}."


def render_build_failed(workflow_run: WorkflowRun, red: Sequence[Job]) -> str:
    """This function will say how the workflow run ended, and which jobs failed."""
    ended = escape(str(workflow_run.conclusion or "unknown").replace("_", " "))
    shown = link("The workflow run", workflow_run.html_url)
    lines = [f"- {link(escape(job.name), job.html_url)}: {job.conclusion}" for job in red[:_MOST_JOBS]]
    listed = "\n".join(lines)
    text = f"{shown} of the release ended in {ended}, and built no release."
    return f"{text}\n\n{listed}" if listed else text


def render_expired(workflow_run: WorkflowRun, limit: str) -> str:
    """This function will say that the workflow run took too long."""
    shown = link("The workflow run", workflow_run.html_url)
    return f"{shown} did not end within {limit}, and was asked to stop."


def render_verifying(tag: str) -> str:
    """This function will say that the files are looked at."""
    return f"The files of {code(tag)} are verified."


def render_problems(report: FileReport, url: str) -> str:
    """This function will list what is wrong with the files."""
    lines = [f"- {problem.text}" for problem in report.problems[:_MOST_FILES]]
    if report.elsewhere:
        other = link("Another release of the same tag", report.elsewhere)
        lines.append(
            f"- {other} has files: the workflow must upload to the draft that is there, and make none."
        )
    listed = "\n".join(lines)
    return f"{link('The draft', url)} is not what it must be:\n\n{listed}"


def render_changed(url: str) -> str:
    """This function will say that the files are others than those that were verified."""
    return f"The files of {link('the draft', url)} changed after they had been verified; verify them again."


def render_drafted(request: ReleaseRequest, report: FileReport, url: str) -> str:
    """This function will say that the draft is finished and was not to be published."""
    text = f"{link(f'The draft of {code(request.tag)}', url)} is finished and verified."
    again = code(f"/release resume {request.tag}")
    return f"{text} {again} publishes it.\n\n{render_files(report)}".rstrip()


def render_publishing(tag: str, report: FileReport) -> str:
    """This function will say that everything is proven."""
    return f"Everything that {code(tag)} needs is proven: it is published.\n\n{render_files(report)}".rstrip()


def render_announcing(tag: str, url: str) -> str:
    """This function will say that the pull requests and issues are told."""
    return f"{link(code(tag), url)} is published; its pull requests and issues are told."


def render_done(tag: str, url: str, told: str, files: str) -> str:
    """This function will say that the release is out, who was told, and which files it has."""
    return f"{link(code(tag), url)} is published. {told}\n\n{files}".strip()


def render_told(count: int, failed: Sequence[int]) -> str:
    """This function will say how many pull requests and issues were told of the release."""
    if not count and not failed:
        return "It holds no pull request that could be told."
    told = f"{count} pull request{'s' * (count != 1)} and issue{'s' * (count != 1)} were told."
    if count == 1:
        told = "One pull request or issue was told."
    if not failed:
        return told
    numbers = ", ".join(f"#{number}" for number in failed[:_MOST_FILES])
    more = f" and {len(failed) - _MOST_FILES} more" if len(failed) > _MOST_FILES else ""
    return f"{told} GitHub did not take the comment on {numbers}{more}."


def render_aborted(tag: str, *, by: str, why: str) -> str:
    """This function will say that a person has aborted the release."""
    person = code(by) if by else "Someone"
    reason = f": {escape(why)}" if why else ""
    return f"{person} aborted {code(tag)}{reason}."


def render_taken_back(text: str, *, is_tag_gone: bool, tag: str) -> str:
    """This function will add what was taken back."""
    if is_tag_gone:
        return f"{text} Nothing of it is left on GitHub."
    return f"{text} Its draft is gone; the tag {code(tag)}, which others made, stays."


def render_files(report: FileReport) -> str:
    """This function will list the verified files, folded away."""
    if not report.files:
        return ""
    said = [f"{len(report.files)} file{'s' * (len(report.files) != 1)}, whole and with a digest"]
    said += [f"{code(report.checksums)} agrees with them"] if report.checksums else []
    said += [f"{len(report.proofs)} attested"] if report.proofs else []
    return f"{'; '.join(said)}.\n\n{details('files', list_files(report))}"


def list_files(report: FileReport) -> str:
    """This function will list the files with their digests, and who is proven to have built them."""
    if not report.files:
        return ""
    proofs = {proof.name: proof.text for proof in report.proofs}
    rows = (
        (code(file.name), _size(file.size), code(file.digest[:_DIGEST]), proofs.get(file.name, ""))
        for file in report.files[:_MOST_FILES]
    )
    more = len(report.files) - _MOST_FILES
    rest = f"\n\n… and {more} more" if more > 0 else ""
    return table(("file", "size", "digest", "attested"), rows) + rest


def _size(size: int) -> str:
    amount, unit = float(size), "B"
    for larger in ("KiB", "MiB", "GiB"):
        if amount < _KILO:
            break
        amount, unit = amount / _KILO, larger
    return f"{amount:.1f} {unit}" if unit != "B" else f"{size} B"
