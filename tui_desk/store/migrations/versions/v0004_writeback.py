"""What was marked of a mail on the server, and what is still to be marked.

Revision 0004.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing was written until now."""
    op.create_table(
        "writeback",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("added", sa.String(), nullable=False),
        sa.Column("taken", sa.String(), nullable=False),
        sa.Column("home", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"]),
        sa.PrimaryKeyConstraint("account", "mail_id"),
    )
    waiting = sa.text("wanted <> done")
    op.create_index("writeback_waiting", "writeback", ["account", "not_before"], unique=False, sqlite_where=waiting)
    answers = sa.text("in_reply_to <> ''")
    op.create_index("outbox_answers", "outbox", ["in_reply_to", "state", "agent"], unique=False, sqlite_where=answers)
