"""A folder may be read newest first: what is older is still to come.

Revision 0002.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Folders of stores until now are here as a whole."""
    op.add_column("folder", sa.Column("history", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("folder", sa.Column("to_come", sa.BigInteger(), nullable=False, server_default="0"))
