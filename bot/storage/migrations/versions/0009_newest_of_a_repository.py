"""Indexes for the newest jobs and failures of a repository."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """This function will bring the tables from the revision before to this one."""
    with op.batch_alter_table("failures", schema=None) as batch_op:
        batch_op.create_index("failures_newest", ["repository_id", "seen_at"], unique=False)

    with op.batch_alter_table("job_results", schema=None) as batch_op:
        batch_op.create_index("job_results_newest", ["repository_id", "seen_at", "run_id"], unique=False)
