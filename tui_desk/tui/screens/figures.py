"""The dashboard: a period's figures in panels; enter on a cell lists its tickets."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.dom import DOMNode
from textual.widget import Widget
from textual.widgets import Static

from tui_desk.i18n import _, ngettext
from tui_desk.kpi.report import Report
from tui_desk.tui.app import desk_app
from tui_desk.tui.dashboard import Cell, Clock, Panel, panels, shifted, title
from tui_desk.tui.screens.picker import Choice, PickScreen
from tui_desk.tui.screens.place import PlaceScreen
from tui_desk.tui.widgets.hints import Hints
from tui_desk.tui.widgets.lines import LineList

WIDE = 132
"""Cells from which panels stand in two columns."""


class PanelLines(LineList[Cell]):
    """A panel's cells; past its ends the cursor goes to the next panel."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "across(-1)", show=False),
        Binding("right,l", "across(1)", show=False),
    ]

    CURSOR_STAYS = False

    def action_move(self, by: int) -> None:
        """Within the panel, or on to the next one."""
        if 0 <= self.cursor + by < len(self.things):
            super().action_move(by)
            self.screen.query_one(VerticalScroll).scroll_to_center(self, animate=False, immediate=True)
        elif isinstance(self.screen, Figures):
            self.screen.cross(self, by)

    def action_across(self, by: int) -> None:
        """To the other column."""
        if isinstance(self.screen, Figures):
            self.screen.beside(self)


class PanelBox(Vertical):
    """A titled frame around a panel's headings and cells."""

    def __init__(self, panel: Panel) -> None:
        super().__init__(classes="panel")
        self.border_title = Content(panel.title)
        self._shown = panel

    def compose(self) -> ComposeResult:
        """The headings, where there are any, and the cells."""
        if self._shown.heading is not None:
            yield Heading(self._shown.heading)
        lines = PanelLines(lambda cell, cells, _here: cell.draw(cells), id=f"panel-{self._shown.id}")
        lines.styles.height = len(self._shown.cells)
        lines.show(self._shown.cells)
        yield lines


class Heading(Widget):
    """What the columns are called."""

    DEFAULT_CSS = "Heading { height: 1; padding: 0 0 0 2; }"

    def __init__(self, draw: Callable[[int], Content]) -> None:
        super().__init__()
        self._draw = draw

    def render(self) -> Content:
        """As wide as the cells below."""
        return self._draw(self.content_size.width)


class Figures(PlaceScreen[None]):
    """Asks for the report of `period` and shows it."""

    PLACE = "figures"
    DEFAULT_CSS = """
    Figures { background: $background; }
    Figures > .title { height: 1; padding: 0 1; background: $panel; }
    Figures > VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
    Figures #figures-columns { height: auto; }
    Figures .column { width: 1fr; height: auto; }
    Figures .panel {
        border: round $rule; border-title-color: $muted; border-title-style: none; height: auto; padding: 0 1;
    }
    Figures .panel:focus-within { border: round $primary; border-title-color: $primary; border-title-style: bold; }
    Figures PanelLines { overflow: hidden; }
    Figures #figures-foot { height: auto; padding: 0 2; color: $muted; }
    """
    AUTO_FOCUS = ""

    def __init__(self, period: str = "month") -> None:
        super().__init__()
        self._period = period
        self._clock: Clock = "biz"
        self._report: Report | None = None
        self._panels: list[Panel] = []
        self._wide = False

    def compose(self) -> ComposeResult:
        """Title, panels, what was left out."""
        yield Static(Content(_("Counting…")), classes="title")
        with VerticalScroll(can_focus=False):
            yield Horizontal(id="figures-columns")
            yield Static(id="figures-foot")
        yield Hints("figures")

    def on_mount(self) -> None:
        """Count, beside the keys."""
        self._wide = self.size.width >= WIDE
        self._ask(self._period)

    def _ask(self, period: str) -> None:
        app = desk_app(self)

        def work() -> Report:
            return app.desk.figures.report(period)

        app.ask(work, lambda report: self._show(period, report), self._failed, lane="slow", group="figures")

    def _failed(self, _error: Exception) -> None:
        if self._report is None and self.is_attached:
            self.dismiss(None)

    def _show(self, period: str, report: Report) -> None:
        if self.is_attached:
            self._period, self._report = period, report
            self.call_later(self._fill)

    async def _fill(self) -> None:
        """Panels in one column or two."""
        report = self._report
        if report is None:
            return
        focused = self.focused.id if self.focused is not None else None
        self._panels = panels(report, self._clock)
        box = self.query_one("#figures-columns")
        with self.app.batch_update():
            await box.remove_children()
            await box.mount_all(Vertical(*map(PanelBox, column), classes="column") for column in self._columns())
        self._head(report)
        found = self.query(PanelLines)
        target = next((lines for lines in found if lines.id == focused), found.first() if found else None)
        if target is not None:
            target.focus(scroll_visible=False)

    def _columns(self) -> list[list[Panel]]:
        if not self._wide:
            return [self._panels]
        left = [p for p in self._panels if p.id in ("overview", "ages")]
        return [left, [p for p in self._panels if p not in left]]

    def _head(self, report: Report) -> None:
        clock = _("business time") if self._clock == "biz" else _("calendar time")
        against = _("against %(period)s") % {"period": title(report.compared)} if report.compared else ""
        head = Content.assemble(
            (_("Figures"), "bold"), "   ", (title(report.period), "$primary bold"), f"   {against}   ", (clock, "$accent"),
        )  # fmt: skip
        self.query_one(".title", Static).update(head)
        out = report.left_out.total
        left_out = ngettext("%(n)s ticket left out", "%(n)s tickets left out", out) % {"n": out}
        about = _("spam, deleted, merged, imported from before")
        few = _("~ under five solved: too few to judge by")
        self.query_one("#figures-foot", Static).update(Content(f"{left_out} ({about}) · {few}"))

    def on_resize(self, event: events.Resize) -> None:
        """One column or two."""
        wide = event.size.width >= WIDE
        if wide != self._wide and self._report is not None:
            self._wide = wide
            self.call_later(self._fill)

    # ------------------------------------------------------------------------------------------------------------ moving

    def cross(self, lines: PanelLines, by: int) -> None:
        """From a panel's end to the next panel of its column."""
        column = [each for each in self.query(PanelLines) if _column(each) is _column(lines)]
        at = column.index(lines) + (1 if by > 0 else -1)
        if 0 <= at < len(column):
            column[at].go(0 if by > 0 else len(column[at].things) - 1)
            column[at].focus()

    def beside(self, lines: PanelLines) -> None:
        """The panel of the other column that stands nearest."""
        others = [each for each in self.query(PanelLines) if _column(each) is not _column(lines)]
        if others:
            min(others, key=lambda each: abs(each.region.y - lines.region.y)).focus()

    # ------------------------------------------------------------------------------------------------------------ doing

    @on(LineList.Chosen)
    def _chosen(self, event: LineList.Chosen) -> None:
        self._open(event.thing)

    def action_open(self) -> None:
        """The tickets of the cell under the cursor."""
        if isinstance(self.focused, PanelLines) and self.focused.current is not None:
            self._open(self.focused.current)

    def _open(self, cell: Cell) -> None:
        if cell.query:
            app = desk_app(self)
            self.dismiss(None)
            app.show_query(cell.query, cell.title)

    def action_earlier(self) -> None:
        """The period before."""
        self._shift(-1)

    def action_later(self) -> None:
        """The period after."""
        self._shift(1)

    def _shift(self, way: int) -> None:
        report = self._report
        wanted = shifted(report.period, way) if report is not None else ""
        if report is None or not wanted or (way > 0 and report.period.end > report.now):
            self.app.bell()
        else:
            self._ask(wanted)

    def action_period(self) -> None:
        """Choose a period, or type one."""
        names = {
            "today": _("Today"), "week": _("This week"), "last-week": _("Last week"), "month": _("This month"),
            "last-month": _("Last month"), "quarter": _("This quarter"), "last-quarter": _("Last quarter"),
            "year": _("This year"), "30d": _("The last 30 days"), "all": _("All of it"),
        }  # fmt: skip
        choices = [Choice(value, label, hint=value) for value, label in names.items()]
        screen = PickScreen(
            _("Period"),
            choices,
            lambda values: values[0],
            free=True,
            chosen=[self._period],
            placeholder="2026-10, 2026-07..2026-09, 7d",
        )
        self.app.push_screen(screen, lambda value: self._ask(value) if value else None)

    async def action_clock(self) -> None:
        """Business time or calendar time."""
        self._clock = "cal" if self._clock == "biz" else "biz"
        await self._fill()

    def action_again(self) -> None:
        """Count again."""
        self._ask(self._period)


def _column(lines: PanelLines) -> DOMNode | None:
    """The column a panel stands in."""
    return lines.parent.parent if lines.parent is not None else None
