"""Attacks and accidents that are played beside the ability they aim at: what is tried, who told of it, and where."""

from __future__ import annotations

ELSEWHERE: tuple[tuple[str, str, str], ...] = (
    (
        "a link in the work tree leads the agent that fixes out of it",
        "anomalyco/opencode#43346",
        "tests/supervision/agent/test_opencode.py::test_it_fixes_and_does_nothing_else",
    ),
    (
        "a patch of the agent moves a file behind a link",
        "anomalyco/opencode#37382",
        "tests/supervision/agent/test_opencode.py::test_a_model_that_cannot_be_held",
    ),
    (
        "a fixer says that all is well, and changed nothing",
        "open-ace/open-ace#924",
        "tests/supervision/fixers/test_trying.py::test_fixers_in_vain",
    ),
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
    (
        "GitHub's answer to a merge is lost, and it was done, or was not",
        "chdsbd/kodiak#397",
        "tests/merging/stories/test_accidents.py::test_a_lost_answer_is_read_back_before_anything_else",
    ),
    (
        "the base holds the change, and GitHub shows the pull request as open",
        "chdsbd/kodiak#397",
        "tests/merging/acting/test_merge_call.py::test_what_the_base_holds_already_is_not_merged_again",
    ),
    (
        "the second answer to a merge is lost too",
        "chdsbd/kodiak#397",
        "tests/merging/stories/test_accidents.py::test_after_the_second_lost_answer_it_stops_and_says_so",
    ),
    (
        "a flaky job is red on a train's batch",
        "kamp-us/phoenix#2915",
        "tests/merging/train/test_blame.py::test_a_job_that_fails_and_passes_on_one_commit_blames_nobody",
    ),
    (
        "the base of a train is red by itself",
        "bootc-dev/bootc#2177",
        "tests/merging/train/test_blame.py::test_a_base_that_is_red_by_itself_blames_nobody",
    ),
    (
        "no workflow runs on a train's branch",
        "twisted/klein#623",
        "tests/merging/train/test_accidents.py::test_checks_that_never_begin_on_the_train_stop_everybody_and_say_what_to_do",
    ),
    (
        "a release's tag is at another commit",
        "midnightntwrk/midnight-node#2169",
        "tests/releases/test_accidents.py::test_the_tag_is_at_another_commit",
    ),
    (
        "a release's tag is protected",
        "googleapis/release-please-action#1194",
        "tests/releases/test_accidents.py::test_the_tag_is_protected",
    ),
    (
        "a draft of this tag is there, and is somebody else's",
        "googleapis/release-please#1259",
        "tests/releases/test_accidents.py::test_a_draft_of_somebody_else",
    ),
    (
        "a release's workflow never starts",
        "justrach/turboAPI#215",
        "tests/releases/test_accidents_build.py::test_the_workflow_never_starts",
    ),
    (
        "a release is published before its files are there",
        "microsoft/hve-core#335",
        "tests/releases/test_accidents_files.py::test_a_file_is_missing",
    ),
    (
        "the release's workflow makes a second draft",
        "swellweb/targetBridge#87",
        "tests/releases/test_accidents_files.py::test_the_workflow_makes_a_draft_of_its_own",
    ),
    (
        "an announcement meets GitHub's limit for writing",
        "semantic-release/semantic-release#2204",
        "tests/releases/notes/test_announcing.py::test_the_pace",
    ),
    (
        "a release follows a pre-release, or a tag beside the branch",
        "absolute-version/commit-and-tag-version#349",
        "tests/releases/notes/test_reading.py::test_prereleases",
    ),
    (
        "a release of three hundred commits",
        "semantic-release/cli#143",
        "tests/releases/test_calls.py::test_a_long_history_takes_few_calls",
    ),
    (
        "an attestation is of another workflow, repository or commit",
        "amanthanvi/noctty#181",
        "tests/releases/provenance/test_verifying.py::test_another_build",
    ),
    (
        "the real process is killed over a merge and a release",
        "runs-on/runs-on#539",
        "tests/e2e/test_kill_release.py::test_a_merge_and_a_release_survive_kills_and_nothing_is_done_twice",
    ),
    (
        "one machine that AWS protects keeps all others from being ended",
        "cloud-custodian/cloud-custodian#7555",
        "tests/costs/simulation/test_faults.py::test_a_machine_that_is_protected_in_aws_keeps_no_other_from_being_ended",
    ),
    (
        "one wrong id fails a whole batch",
        "aws-solutions/instance-scheduler-on-aws#266",
        "tests/costs/enforcers/test_machines.py::test_one_call_ends_one_machine",
    ),
    (
        "a machine that is gone, and still listed, is in the way of the others",
        "aws-solutions/instance-scheduler-on-aws#281",
        "tests/costs/enforcers/test_machines.py::test_what_is_gone_already_is_done",
    ),
    (
        "tags that protect are not looked at",
        "ekristen/aws-nuke#278",
        "tests/costs/enforcers/test_machines.py::test_what_changed_since_is_left_alone",
    ),
    (
        "termination protection is switched off to end a machine",
        "rebuy-de/aws-nuke#279",
        "tests/costs/enforcers/test_machines.py::test_termination_protection_is_respected",
    ),
    (
        "far more machines are found than there should be",
        "cloud-custodian/cloud-custodian#4997",
        "tests/costs/ladder/test_climbing.py::test_more_than_a_few_are_none",
    ),
    (
        "the limit acts on what was read long ago, or on another day",
        "cloud-custodian/cloud-custodian#3477",
        "tests/costs/ladder/test_lateness.py::test_what_was_decided_is_not_done_too_late",
    ),
    (
        "a program has wrapped a secret into the lines of its frame, and a person asks for its terminal",
        "kirodotdev/KiroCrew#11671",
        "tests/supervision/answering/test_masking.py::test_a_secret_is_masked_also_where_a_program_has_wrapped_it",
    ),
    (
        "an agent prints what would end the fence around its log",
        "link-assistant/hive-mind#701",
        "tests/supervision/answering/test_render.py::test_nothing_of_a_log_renders",
    ),
    (
        "whoever may only read starts an agent again",
        "Tomato6966/Multipurpose-discord-bot#16",
        "tests/supervision/answering/test_commands.py::test_whoever_may_read_looks_and_whoever_may_write_acts",
    ),
    (
        "another repository's agent has the same name on the same tmux server",
        "imbue-ai/mngr#993",
        "tests/supervision/answering/test_terminal.py::test_another_repositorys_agent_of_the_same_name_is_not_shown",
    ),
    (
        "a job leaves its session and takes off its mark, to go on after its time",
        "SWE-agent/mini-swe-agent#826",
        "tests/supervision/hosts/test_jobs.py::test_what_hides_from_a_job_ends_with_it",
    ),
    (
        "a parameter of the document on an instance holds shell",
        "jupyter-infra/jupyter-deploy#370",
        "tests/supervision/hosts/test_whom.py::test_nothing_but_what_a_parameter_allows_reaches_the_script",
    ),
    (
        "a program ends with the exit code at which an instance is restarted",
        "aws/amazon-ssm-agent#289",
        "tests/supervision/hosts/test_hosts.py::test_no_exit_code_is_taken_for_a_wish",
    ),
    (
        "a link on the way to a work tree leads to a folder that is root's",
        "OpenRC/openrc#201",
        "tests/supervision/hosts/test_whom.py::test_nobody_gets_root_by_what_they_put_in_a_folders_place",
    ),
    (
        "a file of an agent's commits is said to be binary, so that nobody looks through it",
        "vanillagreencom/kendex#1844",
        "tests/supervision/work/test_leaks.py::test_a_secret_is_found_wherever_it_stands",
    ),
    (
        "a secret stands there in two bytes for each letter",
        "GitGuardian/ggshield#1525",
        "tests/supervision/work/test_leaks.py::test_a_secret_is_found_wherever_it_stands",
    ),
    (
        "a commit is replaced by another one for whoever looks through it",
        "gittuf/gittuf#1499",
        "tests/supervision/work/test_leaks.py::test_a_secret_is_found_wherever_it_stands",
    ),
    (
        "credentials that an agent wrote down are committed for it",
        "bradygaster/squad#267",
        "tests/supervision/work/test_committing.py::test_what_may_hold_anything_else_stays_and_the_rest_is_committed",
    ),
    (
        "what is to be stored encrypted is committed in the clear",
        "coder/xum#3966",
        "tests/supervision/work/test_committing.py::test_what_may_hold_anything_else_stays_and_the_rest_is_committed",
    ),
    (
        "a fork's workflow run tells figures under the pipeline's name",
        "google-gemini/gemini-cli#27753",
        "tests/stats/test_flow.py::test_a_fork_tells_nothing",
    ),
    (
        "a commit is pushed after somebody asked for tests, and before that is read",
        "rhinstaller/anaconda#7250",
        "tests/suites/test_accidents.py::test_a_commit_that_was_pushed_before_the_words_were_read_is_refused",
    ),
    (
        "the branch moves between the look at its head and the dispatch",
        "github/codeql#19835",
        "tests/suites/test_accidents.py::test_a_head_that_moves_while_it_is_dispatched_is_cancelled",
    ),
)
