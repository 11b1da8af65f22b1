"""Canned responses: Markdown files with TOML front matter, loaded, ranked for a ticket, filled strictly, kept fresh."""
