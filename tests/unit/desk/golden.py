"""The golden example of the figures: nine tickets with their events and messages (Europe/Paris, business hours 9 to 17)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from tui_desk.desk.events import Event
from tui_desk.desk.fold import Policy, fold
from tui_desk.desk.hours import BusinessCalendar
from tui_desk.desk.sla import Targets
from tui_desk.desk.ticket import FoldMessage, Ticket

PARIS = ZoneInfo("Europe/Paris")
CALENDAR = BusinessCalendar("Europe/Paris", ("mon-fri 09:00-17:00",), holidays="", closed=("2025-05-01",))
HOUR = {"low": 3600, "normal": 3600, "high": 3600, "urgent": 3600}
POLICY = Policy(CALENDAR, Targets(first=dict(HOUR), next=3600))


def at(text: str) -> int:
    """ "28/04 10:00" of 2025 in Paris, epoch seconds."""
    return int(datetime.strptime(f"2025/{text}", "%Y/%d/%m %H:%M").replace(tzinfo=PARIS).timestamp())


@dataclass
class Story:
    """A ticket's timeline as it is written in the table."""

    key: str
    messages: list[FoldMessage] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    def _mail(self, when: str, kind: str, author: str, **more: object) -> Story:
        n = len(self.messages)
        self.messages.append(
            FoldMessage(at(when), kind, f"{self.key}-{n}@x.test", f"{self.key}{n}", author, **more)  # type: ignore[arg-type]
        )
        return self

    def c(self, when: str, **more: object) -> Story:
        return self._mail(when, "inbound", f"{self.key}@customer.test", **more)

    def ack(self, when: str) -> Story:
        return self._mail(when, "outbound", "desk@x.test", automatic=True)

    def o(self, when: str, agent: str = "alice") -> Story:
        return self._mail(when, "outbound", agent)

    def event(self, when: str, type: str, agent: str = "alice", **data: object) -> Story:
        self.events.append(Event(f"{self.key}-e{len(self.events):03}", at(when), agent, self.key, type, data))
        return self

    def S(self, when: str) -> Story:
        return self.event(when, "status", to="solved")

    def P(self, when: str) -> Story:
        return self.event(when, "status", to="pending")

    def ticket(self, policy: Policy = POLICY) -> Ticket:
        return fold(self.key, self.key.upper(), self.events, self.messages, policy)


def stories() -> dict[str, Story]:
    """T1 to T9."""
    made = (
        Story("t1").c("28/04 10:00").ack("28/04 10:00").o("28/04 11:30").S("28/04 11:30"),
        Story("t2").c("28/03 16:00").o("31/03 10:00").S("31/03 10:00"),
        Story("t3").c("30/04 16:00").o("30/04 16:30").P("30/04 16:30").c("02/05 09:30").o("02/05 11:00").S("02/05 11:00"),
        Story("t4").c("05/05 09:00").o("05/05 10:00").S("05/05 10:00").c("06/05 09:00").o("06/05 12:00").S("06/05 12:00"),
        Story("t5").c("05/05 09:00").o("05/05 09:20").S("05/05 09:20").c("05/05 15:00", thanks=True).S("05/05 15:05"),
        Story("t6").c("07/05 16:30").event("07/05 16:40", "note", text="hm").o("08/05 09:30").S("08/05 17:00"),
        Story("t7").c("12/05 09:00").c("12/05 12:00").o("12/05 13:00").S("12/05 13:00"),
        Story("t8").o("13/05 09:00").c("13/05 11:00").o("13/05 11:45").S("13/05 11:45"),
        Story("t9").c("14/05 09:00"),
    )
    return {story.key: story for story in made}
