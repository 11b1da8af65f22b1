"""A mailbox that lives, over a line that breaks: whatever happened, in the end the books equal the server."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.sync.desk import Place, message
from tui_desk.errors import NetworkError
from tui_desk.store.ledger import Ledger
from tui_desk.transport.base import Fetched, Selected
from tui_desk.transport.memory import MemoryMailbox, MemoryServer

FLAGS = st.sets(st.sampled_from(["\\Seen", "\\Answered", "\\Flagged", "$x"])).map(lambda flags: tuple(sorted(flags)))


class Shaky(MemoryMailbox):
    """A session that breaks after `left` answers, once."""

    left = -1

    def _answer(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.close()
            raise NetworkError("cut")

    def examine(self, folder: str, uidvalidity: int = 0, modseq: int = 0) -> Selected:
        """EXAMINE, perhaps cut."""
        self._answer()
        return super().examine(folder, uidvalidity, modseq)

    def uids(self, first: int = 1) -> list[int]:
        """SEARCH, perhaps cut."""
        self._answer()
        return super().uids(first)

    def since(self, at: int) -> list[int]:
        """SEARCH SINCE, perhaps cut."""
        self._answer()
        return super().since(at)

    def flags(self, changed_since: int = 0) -> dict[int, tuple[str, ...]]:
        """FETCH FLAGS, perhaps cut."""
        self._answer()
        return super().flags(changed_since)

    def fetch(self, uids: Iterable[int], size_cap: int = 0) -> Iterator[Fetched]:
        """FETCH, perhaps cut after any message."""
        for item in super().fetch(uids, size_cap):
            self._answer()
            yield item

    def headers(self, uids: Iterable[int], names: tuple[str, ...]) -> Iterator[Fetched]:
        """FETCH of headers, perhaps cut."""
        for item in super().headers(uids, names):
            self._answer()
            yield item


class Mailbox(RuleBasedStateMachine):
    """The server's life, with syncs in between."""

    @initialize(
        mode=st.sampled_from(["qresync", "condstore", "plain"]),
        window=st.sampled_from([1, 3, 400]),
        first_days=st.sampled_from([0, 1, 90]),
    )
    def begin(self, mode: str, window: int, first_days: int) -> None:
        self.server = MemoryServer(condstore=mode != "plain", qresync=mode == "qresync")
        self.folder = Path(tempfile.mkdtemp(prefix="desk-machine-"))
        self.place = Place(self.folder, window=window, first_days=first_days)
        self.session = Shaky(self.server)
        self.engine = self.place.engine(self.session)
        self.delivered = 0

    @property
    def inbox(self) -> dict[int, tuple[str, ...]]:
        """What the server has."""
        return {uid: stored.flags for uid, stored in self.server.folders["INBOX"].messages.items()}

    @rule(n=st.integers(1, 6), flags=FLAGS, days=st.sampled_from([0, 0, 5, 100, 250, 800, 5000]))
    def deliver(self, n: int, flags: tuple[str, ...], days: int) -> None:
        """Mail that was moved here from elsewhere bears older dates: UIDs are in another order than dates."""
        for _ in range(n):
            self.delivered += 1
            at = int(time.time()) - days * 86_400 + self.delivered
            self.server.deliver(message(self.delivered), flags=flags, at=at)

    @rule(flags=FLAGS, data=st.data())
    @precondition(lambda self: self.inbox)
    def flag(self, flags: tuple[str, ...], data: st.DataObject) -> None:
        self.server.set_flags(data.draw(st.sampled_from(sorted(self.inbox))), flags)

    @rule(data=st.data())
    @precondition(lambda self: len(self.inbox) > 1)
    def expunge(self, data: st.DataObject) -> None:
        uids = sorted(self.inbox)
        self.server.expunge(data.draw(st.sets(st.sampled_from(uids), max_size=len(uids) - 1)))

    @rule(uidvalidity=st.integers(1, 1000))
    def renumber(self, uidvalidity: int) -> None:
        if uidvalidity not in self._used():
            self.server.renumber(uidvalidity=uidvalidity)

    @rule(cut=st.integers(0, 40), keep_session=st.booleans(), recent=st.booleans())
    def sync(self, cut: int, keep_session: bool, recent: bool) -> None:
        self.session.left = cut
        self.engine.run(recent=recent)
        if not keep_session:
            self.engine.close()

    @rule(cut=st.integers(0, 40), seconds=st.sampled_from([0.0, 0.001]))
    def older(self, cut: int, seconds: float) -> None:
        self.session.left = cut
        self.engine.older(seconds=seconds)

    @rule(paused=st.booleans())
    def pause(self, paused: bool) -> None:
        with closing(Ledger(self.place.store.path)) as ledger:
            ledger.pause(paused)

    @rule(cut=st.integers(1, 12), recent=st.booleans())
    def sync_that_dies(self, cut: int, recent: bool) -> None:
        """The process is killed: what was committed stays, the rest is gone."""
        answers = 0

        def stop() -> bool:
            nonlocal answers
            answers += 1
            return answers > cut

        self.engine.run(stop=stop, recent=recent)
        self.engine.close()
        self.session = Shaky(self.server)
        self.engine = self.place.engine(self.session)

    def teardown(self) -> None:
        if not hasattr(self, "place"):
            return
        try:
            self.session.left = -1
            self.pause(False)
            self.engine.run()
            if self.inbox:
                assert self.place.ledger() == self.inbox
            assert all(audit.clean for audit in self.engine.audit())
            again = self.engine.run()
            assert (again.new, again.flags, again.gone) == (0, 0, 0)
            ids = self.place.rows("SELECT count(*), count(DISTINCT message_id) FROM mail")
            assert ids[0][0] == ids[0][1], "a mail was taken twice"
        finally:
            self.place.close()
            shutil.rmtree(self.folder)

    def _used(self) -> set[int]:
        return {row[0] for row in self.place.rows("SELECT DISTINCT uidvalidity FROM ledger UNION SELECT uidvalidity FROM folder")}


TestMailbox = Mailbox.TestCase
TestMailbox.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
