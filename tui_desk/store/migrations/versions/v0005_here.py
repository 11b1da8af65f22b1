"""How many mails of a folder stand on the server: counted as they come and go, so that no pass counts a hundred thousand rows.

Revision 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_COUNTED = (
    "(SELECT count(*) FROM ledger WHERE folder_id = folder.id AND ledger.uidvalidity = folder.uidvalidity AND ledger.gone = 0)"
)
_PLACE = "WHERE id = {row}.folder_id AND uidvalidity = {row}.uidvalidity"
_NEW, _OLD = _PLACE.format(row="new"), _PLACE.format(row="old")
TRIGGERS = (
    f"CREATE TRIGGER ledger_entered AFTER INSERT ON ledger WHEN new.gone = 0 BEGIN UPDATE folder SET here = here + 1 {_NEW}; END",
    f"CREATE TRIGGER ledger_gone AFTER UPDATE OF gone ON ledger WHEN new.gone <> old.gone"
    f" BEGIN UPDATE folder SET here = here + old.gone - new.gone {_NEW}; END",
    f"CREATE TRIGGER ledger_dropped AFTER DELETE ON ledger WHEN old.gone = 0 BEGIN UPDATE folder SET here = here - 1 {_OLD}; END",
    f"CREATE TRIGGER folder_restarted AFTER UPDATE OF uidvalidity ON folder WHEN new.uidvalidity <> old.uidvalidity"
    f" BEGIN UPDATE folder SET here = {_COUNTED} WHERE id = new.id; END",
)


def upgrade() -> None:
    """Stores until now are counted once."""
    op.add_column("folder", sa.Column("here", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(f"UPDATE folder SET here = {_COUNTED}")
    for trigger in TRIGGERS:
        op.execute(trigger)
