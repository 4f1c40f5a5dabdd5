"""Attacks and accidents that are played beside the ability they aim at: what is tried, who told of it, and where."""

from __future__ import annotations

ELSEWHERE: tuple[tuple[str, str, str], ...] = (
    (
        "ten jobs of a matrix ask one gate",
        "github/roadmap#199",
        "tests/deployments/protection/test_protection_strangers.py::test_ten_jobs_of_a_matrix_ask_once_and_are_answered_once",
    ),
    (
        "a protection rule's callback names a foreign host",
        "warestack/watchflow#26",
        "tests/deployments/protection/test_protection.py::test_a_forged_callback_never_gets_a_token",
    ),
    (
        "a plan is made anew while people look at the old one",
        "runatlantis/atlantis#3372",
        "tests/e2e/test_terraform.py::test_what_was_approved_is_what_is_applied",
    ),
    (
        "a plan is exchanged where it is kept",
        "runatlantis/atlantis#1953",
        "tests/e2e/test_terraform.py::test_a_plan_that_was_exchanged_in_its_bucket_is_not_applied",
    ),
    (
        "two processes contend for one environment",
        "github/branch-deploy#504",
        "tests/deployments/leases/test_contention.py::test_two_hundred_deployments_never_meet_and_go_in_the_order_of_arrival",
    ),
    (
        "the lease is lost on the way",
        "github/branch-deploy#504",
        "tests/deployments/test_story_stopped.py::test_a_lost_lease_stops_the_deployment",
    ),
    (
        "the process is killed in each state, and events come in any order",
        "JamesIves/github-pages-deploy-action#1000",
        "tests/deployments/test_model_checked.py::TestApart",
    ),
    (
        "the real process is killed while production is deployed",
        "runs-on/runs-on#539",
        "tests/e2e/test_kill_production.py::test_each_stage_survives_a_kill_and_nothing_is_done_twice",
    ),
)
