"""TUI Desk: a support desk in a terminal, over a shared mailbox."""

__version__ = "0.1.0"
