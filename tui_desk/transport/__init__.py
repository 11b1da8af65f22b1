"""Mailboxes and mail servers: protocols, and what speaks them."""
