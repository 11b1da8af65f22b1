"""A message knows to which address of ours it was written, and a ticket its queue.

Revision 0003. What is here already belongs to the first account's queue until `rebuild` reads the mails again.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns, and the index that a queue's page is read from."""
    for table, column in (("ledger", "delivered"), ("message", "desk"), ("ticket", "queue")):
        op.add_column(table, sa.Column(column, sa.String(), nullable=False, server_default=""))
    op.create_index("ticket_queue_due", "ticket", ["queue", "due_at", "id"], unique=False, sqlite_where=sa.text("active = 1"))
