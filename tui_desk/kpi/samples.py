"""From the store's tables to tallies: one query a measure, each row with the groups it belongs to.

Every row begins with type, channel, agent, tags and queue. Who the agent is depends on the measure: who replied first, who
ended the wait, who solved; for what is created, owed or open, the assignee of today.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence

from tui_desk.desk.hours import BusinessCalendar
from tui_desk.errors import UsageError
from tui_desk.i18n import _
from tui_desk.kpi.measures import Tally

DIMENSIONS = ("type", "channel", "agent", "tag", "queue")
Groups = dict[tuple[str, str], Tally]
"""(dimension, name) to its tally; ("", "") is the whole desk."""

_COUNTED = "t.historical = 0 AND t.status NOT IN ('spam', 'merged', 'deleted')"
_PROVISIONAL = 7 * 86_400


class Sampler:
    """Reads one period, [begin, end), as it looks at `now`."""

    def __init__(
        self, connection: sqlite3.Connection, begin: int, end: int, now: int, calendar: BusinessCalendar, by: Sequence[str] = ()
    ) -> None:
        unknown = next((name for name in by if name not in DIMENSIONS), None)
        if unknown is not None:
            message = _("%(name)s is not something figures are grouped by.") % {"name": unknown}
            raise UsageError(message, _("Choose among %(names)s.") % {"names": ", ".join(DIMENSIONS)})
        self.connection = connection
        self.calendar = calendar
        self.by = tuple(DIMENSIONS.index(name) for name in by)
        self.queue = "t.queue" if "queue" in by else "''"
        self.now = now
        self.end = min(end, now + 1)
        self.bounds = {"begin": begin, "end": self.end, "now": now}
        # Each row goes to the one tally of its five names; they are added up at the end, which is many times faster.
        self.leaves: defaultdict[tuple[str, ...], Tally] = defaultdict(Tally)

    def gather(self) -> Groups:
        """Read all measures."""
        self._created()
        self._messages()
        self._durations()
        self._solved()
        self._sla()
        self._backlog()
        groups: Groups = defaultdict(Tally)
        total = groups["", ""]
        for names, leaf in self.leaves.items():
            total.add(leaf)
            for index in self.by:
                # A ticket with several tags counts once under each; one without counts under "".
                each = names[index].split() or [""] if DIMENSIONS[index] == "tag" else [names[index]]
                for name in each:
                    groups[DIMENSIONS[index], name].add(leaf)
        return groups

    def volume(self) -> tuple[int, int]:
        """How many tickets were created, and how many last solved as they stand today. Indexes alone answer it."""
        sql = f"SELECT COUNT(*) FROM ticket AS t WHERE {_COUNTED} AND t.created_at >= :begin AND t.created_at < :end"
        created = self.connection.execute(sql, self.bounds).fetchone()[0]
        sql = f"SELECT COUNT(*) FROM ticket AS t WHERE {_COUNTED} AND t.solved_at >= :begin AND t.solved_at < :end"
        solved = self.connection.execute(sql, self.bounds).fetchone()[0]
        return created, solved

    def _rows(self, sql: str) -> Iterable[tuple[Tally, list[int]]]:
        """Each row's tally, and what follows its five names."""
        for row in self.connection.execute(sql, self.bounds):
            yield self.leaves[row[:5]], row[5:]

    def _created(self) -> None:
        sql = f"""SELECT t.type, t.channel, t.assignee, t.tags, {self.queue},
              COUNT(*), SUM(t.messages_out > 0 OR t.opened_by = 'outbound')
            FROM ticket AS t WHERE {_COUNTED} AND t.created_at >= :begin AND t.created_at < :end GROUP BY 1, 2, 3, 4, 5"""
        for tally, (created, replied) in self._rows(sql):
            tally.counts["created"] += created
            tally.counts["replied"] += replied

    def _messages(self) -> None:
        # Who wrote a mail of ours is in the log; only a report by agent asks for it.
        writer = f"coalesce({_WRITER}, m.author)" if DIMENSIONS.index("agent") in self.by else "m.author"
        sql = f"""SELECT t.type, t.channel, CASE m.kind WHEN 'outbound' THEN {writer} ELSE t.assignee END, t.tags, {self.queue},
              SUM(m.kind = 'inbound'), SUM(m.kind = 'outbound')
            FROM message AS m JOIN ticket AS t ON t.id = m.ticket_id
            WHERE {_COUNTED} AND m.at >= :begin AND m.at < :end AND m.kind IN ('inbound', 'outbound') AND m.automatic = ''
            GROUP BY 1, 2, 3, 4, 5"""
        for tally, (inbound, outbound) in self._rows(sql):
            tally.counts["messages_in"] += inbound
            tally.counts["messages_out"] += outbound

    def _durations(self) -> None:
        first = f"""SELECT t.type, t.channel, t.first_reply_agent, t.tags, {self.queue},
              t.first_response_cal, t.first_response_biz
            FROM ticket AS t WHERE {_COUNTED} AND t.first_reply_at >= :begin AND t.first_reply_at < :end
            AND t.first_response_cal IS NOT NULL"""
        response = f"""SELECT t.type, t.channel, c.agent, t.tags, {self.queue}, c.cal, c.biz
            FROM cycle AS c JOIN ticket AS t ON t.id = c.ticket_id
            WHERE {_COUNTED} AND c.answered_at >= :begin AND c.answered_at < :end"""
        # By the status history, whose index on time is there anyway: a first solve is the beginning of a span.
        resolution = f"""SELECT t.type, t.channel, t.solved_by, t.tags, {self.queue},
              t.first_resolution_cal, t.first_resolution_biz
            FROM status_span AS s JOIN ticket AS t ON t.id = s.ticket_id
            WHERE {_COUNTED} AND s.began_at >= :begin AND s.began_at < :end AND s.state_type = 'done'
            AND t.first_solved_at = s.began_at GROUP BY t.id"""
        for measure, sql in (("first_response", first), ("response", response), ("first_resolution", resolution)):
            for tally, (cal, biz) in self._rows(sql):
                tally.took(measure, cal, biz)

    # -------------------------------------------------------------------------------------------------------- solved

    def _solved(self) -> None:
        sql = f"""SELECT t.type, t.channel, t.solved_by, t.tags, {self.queue}, t.full_resolution_cal, t.full_resolution_biz,
              t.net_resolution_cal, t.net_resolution_biz, t.solved_at, {_QUALITIES}
            FROM ticket AS t WHERE {_COUNTED} AND t.solved_at >= :begin AND t.solved_at < :end"""
        for tally, row in self._rows(sql):
            self._solve(tally, row)
        for names, then in self._solved_then():
            self._solve(self.leaves[names], then)

    def _solve(self, tally: Tally, row: Iterable[int]) -> None:
        full, full_biz, net, net_biz, at, replies, really, reopened, clock, early, dropped = row
        fcr = replies == 1 and not early and not clock
        tally.took("full_resolution", full, full_biz)
        tally.took("net_resolution", net, net_biz)
        count = tally.counts
        count["solved"] += 1
        count["one_touch"] += replies <= 1
        count["fcr"] += fcr
        count["fcr_provisional"] += fcr and at > self.now - _PROVISIONAL
        count["reopened"] += really > 0
        count["reopened_raw"] += reopened > 0
        count["closed_by_clock"] += clock
        count["closed_without_reply"] += dropped

    def _solved_then(self) -> Iterable[tuple[tuple[str, ...], tuple[int, ...]]]:
        """Tickets that were solved at the period's end by a solve within it, and left that state since (kpi 3, 4)."""
        if self.end > self.now:
            return
        sql = f"""SELECT t.id, t.type, t.channel, t.tags, {self.queue}, t.created_at, {_QUALITIES}
            FROM ticket AS t WHERE {_COUNTED} AND (t.solved_at IS NULL OR t.solved_at >= :end)
            AND t.id IN (SELECT ticket_id FROM status_span
                         WHERE began_at >= :begin AND began_at < :end AND state_type = 'done')"""
        for ticket, type_, channel, tags, queue, created, *qualities in self.connection.execute(sql, self.bounds).fetchall():
            spans = self._spans(ticket)
            solved = _done_since(spans)
            if solved is None or solved < self.bounds["begin"]:
                continue
            pending = [(b, min(e, solved)) for status, _state, b, e in spans if status == "pending" and b < solved]
            cal, biz = solved - created, self.calendar.between(created, solved)
            net = cal - sum(e - b for b, e in pending)
            net_biz = biz - sum(self.calendar.between(b, e) for b, e in pending)
            qualities[3] = 0
            yield (type_, channel, self._agent(ticket, solved), tags, queue), (cal, biz, net, net_biz, solved, *qualities)

    def _spans(self, ticket: int) -> list[tuple[str, str, int, int]]:
        sql = (
            "SELECT status, state_type, began_at, ended_at FROM status_span WHERE ticket_id = ? AND began_at < ? ORDER BY ordinal"
        )
        return self.connection.execute(sql, (ticket, self.end)).fetchall()

    def _agent(self, ticket: int, until: int) -> str:
        """Who answered last before a solve."""
        sql = "SELECT agent FROM cycle WHERE ticket_id = ? AND answered_at <= ? ORDER BY answered_at DESC LIMIT 1"
        row = self.connection.execute(sql, (ticket, until)).fetchone()
        return str(row[0]) if row else ""

    # ----------------------------------------------------------------------------------------------- what is promised

    def _sla(self) -> None:
        """A promise is counted when its outcome is known: at the reply if that is in time, else when it fell due (kpi 7)."""
        agent = "CASE WHEN t.first_reply_agent <> '' THEN t.first_reply_agent ELSE t.assignee END"
        sql = f"""SELECT t.type, t.channel, {agent}, t.tags, {self.queue},
              t.first_reply_at IS NOT NULL AND t.first_reply_at <= t.first_due_at
            FROM ticket AS t WHERE {_COUNTED} AND t.opened_by = 'inbound' AND t.first_due_at IS NOT NULL AND (
              (t.first_reply_at >= :begin AND t.first_reply_at < :end AND t.first_reply_at <= t.first_due_at)
              OR (t.first_due_at >= :begin AND t.first_due_at < :end AND t.first_due_at < :now AND (
                t.first_reply_at > t.first_due_at
                OR (t.first_reply_at IS NULL AND (t.first_solved_at IS NULL OR t.first_solved_at > t.first_due_at)))))"""
        for tally, (met,) in self._rows(sql):
            tally.counts["sla_met" if met else "sla_breached"] += 1

    def _backlog(self) -> None:
        """Open or waiting just before the end. Where that is past: of what is active today or has changed since."""
        columns = f"""t.type, t.channel, t.assignee, t.tags, {self.queue}, t.created_at,
              t.opened_by = 'inbound' AND (t.first_reply_at IS NULL OR t.first_reply_at >= :end)"""
        sql = f"SELECT {columns} FROM ticket AS t WHERE t.active = 1 AND t.historical = 0 AND t.created_at < :end"
        if self.end <= self.now:
            sql = f"""SELECT {columns} FROM status_span AS s JOIN ticket AS t ON t.id = s.ticket_id
                WHERE s.ticket_id IN (SELECT id FROM ticket WHERE active = 1
                                      UNION SELECT ticket_id FROM status_span WHERE began_at >= :end)
                AND s.began_at < :end AND s.ended_at >= :end AND s.state_type IN ('open', 'waiting') AND {_COUNTED}"""
        at = min(self.end, self.now)
        for tally, (created, awaiting) in self._rows(sql):
            tally.aged(at - created)
            if awaiting:
                tally.waits.append(at - created)


_WRITER = """(SELECT e.agent FROM event AS e WHERE e.ticket = t.key AND e.type = 'replied'
    AND json_extract(e.data, '$.message_id') = m.message_id ORDER BY e.at, e.id LIMIT 1)"""

# A reopening counts against first-contact resolution when it came within seven days of a solve (kpi 5).
_QUALITIES = """t.messages_out, t.real_reopens, t.reopens, t.closed_by_clock,
    t.real_reopens > 0 AND EXISTS (
      SELECT 1 FROM status_span AS a JOIN status_span AS b ON b.ticket_id = a.ticket_id AND b.ordinal = a.ordinal + 1
      WHERE a.ticket_id = t.id AND a.state_type = 'done' AND b.state_type IN ('open', 'waiting')
      AND b.began_at - a.began_at < 604800),
    t.closed_without_reply"""


def _done_since(spans: list[tuple[str, str, int, int]]) -> int | None:
    """When the stretch of done that the last span is in began; None when it is not done."""
    since = None
    for _status, state, began, _ended in reversed(spans):
        if state != "done":
            break
        since = began
    return since
