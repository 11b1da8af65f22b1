"""The one door of both faces: `Desk`, by noun."""

from tui_desk.service.desk import Desk

__all__ = ["Desk"]
