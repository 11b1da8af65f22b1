"""The local SQLite store. Tables never leave this package: reads return small frozen rows (`rows`) of terminal-safe text."""
