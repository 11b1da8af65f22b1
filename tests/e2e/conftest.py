"""The servers that end-to-end tests use."""

from tests.support.dovecot import dovecot, dovecot_server

__all__ = ["dovecot", "dovecot_server"]
