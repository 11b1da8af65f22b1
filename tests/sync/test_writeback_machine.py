"""A mailbox that lives, a line that breaks before or after any command, agents and colleagues: nothing is lost or doubled."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.sync.desk import message
from tests.sync.marking import EVERYTHING, Marking
from tui_desk import clock
from tui_desk.config.schema import WriteBack
from tui_desk.desk.marks import Rules
from tui_desk.errors import NetworkError
from tui_desk.store import wishes
from tui_desk.sync.taking import Tally
from tui_desk.transport.base import Copied, Fetched, Marked, Selected
from tui_desk.transport.memory import MemoryMailbox, MemoryServer

START = 1_700_000_000
FOLDERS = ("INBOX", "Desk/Solved", "Junk")
MODES = {
    "full": {"condstore": True, "qresync": True},
    "plain": {"condstore": False, "qresync": False},
    "copies": {"moves": False},
    "marks": {"moves": False, "uidplus": False},
}
KEYWORDS = {"open": "desk-open", "pending": "desk-waiting", "solved": "desk-solved", "closed": "desk-solved"}


class Breaking(MemoryMailbox):
    """A session that breaks at its `left`-th command, before or (`late`) after the server has carried it out; once."""

    left, late = -1, False

    def _broken(self, late: bool) -> None:
        if late == self.late:
            self.left -= 1
            if self.left == 0:
                self.close()
                raise NetworkError("cut")

    def examine(self, folder: str, uidvalidity: int = 0, modseq: int = 0) -> Selected:
        self._broken(False)
        return super().examine(folder, uidvalidity, modseq)

    def headers(self, uids: Any, names: tuple[str, ...]) -> Iterator[Fetched]:
        self._broken(False)
        yield from super().headers(uids, names)

    def store(self, *words: Any, **more: Any) -> Marked:
        self._broken(False)
        told = super().store(*words, **more)
        self._broken(True)
        return told

    def move(self, uids: Any, folder: str) -> Copied:
        self._broken(False)
        went = super().move(uids, folder)
        self._broken(True)
        return went

    def copy(self, uids: Any, folder: str) -> Copied:
        self._broken(False)
        went = super().copy(uids, folder)
        self._broken(True)
        return went

    def expunge(self, uids: Any) -> None:
        self._broken(False)
        super().expunge(uids)
        self._broken(True)

    def create(self, folder: str) -> None:
        self._broken(False)
        super().create(folder)
        self._broken(True)


class Office(RuleBasedStateMachine):
    """Everybody's day."""

    @initialize(mode=st.sampled_from(sorted(MODES)), size=st.integers(1, 4))
    def begin(self, mode: str, size: int) -> None:
        self.now = START
        clock.use(lambda: self.now)
        self.mode = mode
        self.server = MemoryServer(**MODES[mode])
        self.server.add_folder("Junk", "junk")
        self.folder = Path(tempfile.mkdtemp(prefix="desk-office-"))
        self.desk = Marking(self.folder)
        self.there: Counter[int] = Counter()
        self.status: dict[int, str] = {}
        self.meddled: set[int] = set()
        self.elsewhere: set[int] = set()
        """Mails that a colleague put somewhere: the desk takes back to the inbox only what it moved itself."""
        self.handled: set[int] = set()
        self.delivered = 0
        for _ in range(size):
            self.deliver(copies=1)
        self.desk.sync(self.server.mailbox())

    def _places(self) -> list[tuple[str, int, int, tuple[str, ...]]]:
        """Folder, UID, number of the message and flags of all that is not \\Deleted."""
        return [
            (name, uid, int(stored.raw.split(b"<m")[1].split(b"@")[0]), stored.flags)
            for name, where in self.server.folders.items()
            for uid, stored in sorted(where.messages.items())
            if "\\Deleted" not in stored.flags
        ]

    @rule(copies=st.integers(1, 2))
    def deliver(self, copies: int) -> None:
        """A customer writes; the mail may come twice."""
        self.delivered += 1
        self.now += 10
        for n in range(copies):
            self.server.deliver(b"Received: %d\r\n" % n + message(self.delivered), at=self.now)
            self.there[self.delivered] += 1

    @precondition(lambda self: self.desk.place.rows("SELECT 1 FROM ticket"))
    @rule(data=st.data(), to=st.sampled_from(["open", "pending", "solved", "spam"]))
    def agent(self, data: st.DataObject, to: str) -> None:
        """An agent sets a ticket's status."""
        known = sorted(int(row[0][1:-2]) for row in self.desk.place.rows("SELECT message_id FROM message WHERE kind = 'inbound'"))
        n = data.draw(st.sampled_from(known))
        if self.status.get(n, "new") != to:
            self.now += 100
            self.desk.status(n, to)
            self.status[n] = to
            wishes.note(self.desk.place.store, self.desk.place.settings.account.address, Rules.of(EVERYTHING))
            sql = "SELECT 1 FROM writeback JOIN message USING (mail_id) WHERE message_id = ? AND wanted <> done"
            if self.desk.place.rows(sql, f"m{n}@x"):
                self.meddled.discard(n)  # else it is wanted as it was last, and what a colleague did since then stands

    @precondition(lambda self: self._places())
    @rule(data=st.data(), what=st.sampled_from(["flag", "unflag", "move", "copy", "expunge"]))
    def colleague(self, data: st.DataObject, what: str) -> None:
        """Another mail program does something to a mail."""
        name, uid, n, flags = data.draw(st.sampled_from(self._places()))
        other = self.server.mailbox()
        other.connect()
        other.select(name)
        target = data.draw(st.sampled_from([f for f in FOLDERS if f != name and f in self.server.folders]))
        match what:
            case "flag":
                other.store([uid], ("\\Seen", "theirs"))
            case "unflag":
                other.store([uid], (), flags)
            case "move":
                other.move([uid], target)
            case "copy":
                other.copy([uid], target)
                self.there[n] += 1
            case _:
                self.server.expunge([uid], name)
                self.there[n] -= 1
        self.meddled.add(n)
        if what in ("move", "copy"):
            self.elsewhere.add(n)
        if what in ("move", "copy", "expunge"):
            self.handled.add(n)

    @rule(folder=st.sampled_from(FOLDERS))
    def restored(self, folder: str) -> None:
        """The server gives a folder other UIDs."""
        if folder in self.server.folders:
            self.server.renumber(folder)

    @rule(left=st.integers(1, 14), late=st.booleans())
    def cut(self, left: int, late: bool) -> None:
        """A pass over a line that breaks, and a program that ends there."""
        session = Breaking(self.server)
        session.left, session.late = left, late
        engine = self.desk.place.engine(session)

        def once(_tally: Tally, work: Callable[[], Any]) -> Any:
            engine._connect()
            return work()

        engine._persist = once  # type: ignore[method-assign, assignment]
        try:
            engine.run()
        except NetworkError:
            pass
        finally:
            engine.close()

    @rule()
    def settle(self) -> None:
        """Quiet passes: what was wanted is there."""
        for _ in range(4):
            self.now += 4000
            self.desk.sync(self.server.mailbox())
        assert self.desk.waiting() == 0, self.desk.rows()
        audits = self.desk.audit(self.server.mailbox())
        assert all(audit.clean for audit in audits), audits
        self._counted()
        tickets, mails, messages = (
            self.desk.place.rows(f"SELECT count({what}")[0][0]
            for what in ("*) FROM ticket", "DISTINCT message_id) FROM message", "*) FROM message")
        )
        assert tickets == mails == messages, "no mail came twice"
        for name, _uid, n, flags in self._places():
            if n in self.status and n not in self.meddled:
                self._right(n, name, flags)

    def _counted(self) -> None:
        """No mail was lost, and none was made.

        Where a colleague took hold of a mail between a cut copy and its end, there may be one more of it or one less, never none.
        """
        here = Counter(n for _name, _uid, n, _flags in self._places())
        for n, wanted in self.there.items():
            assert here[n] == wanted or (n in self.handled and (here[n] > 0 or wanted < 1)), (n, here, self.there)
            self.there[n] = here[n]

    def _right(self, n: int, name: str, flags: tuple[str, ...]) -> None:
        status = self.status[n]
        folder = {"solved": "Desk/Solved", "spam": "Junk"}.get(status, "INBOX")
        assert name == folder or (folder == "INBOX" and n in self.elsewhere), (n, status, name)
        assert "\\Seen" in flags
        assert {flag for flag in flags if flag.startswith("desk-")} == ({KEYWORDS[status]} if status in KEYWORDS else set())
        assert ("$Junk" in flags) == (status == "spam")

    def teardown(self) -> None:
        """Undo all of it; let go of the files."""
        if not hasattr(self, "desk"):
            return
        self.settle()
        self.desk.write_back(WriteBack())
        wishes.undo(self.desk.place.store, self.desk.place.settings.account.address)
        for _ in range(3):
            self.now += 4000
            self.desk.sync(self.server.mailbox())
        assert self.desk.rows() == {}
        self._counted()
        for _name, _uid, n, flags in self._places():
            if n not in self.meddled and self.there[n] == 1:
                assert set(flags) <= {"theirs", "\\Seen"}, (n, flags)
        self.desk.write_back(EVERYTHING)
        self.desk.close()
        shutil.rmtree(self.folder)
        clock.use(_real)


_real = clock.now

TestOffice = Office.TestCase
TestOffice.settings = settings(
    max_examples=25,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
