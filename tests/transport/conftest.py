"""The servers that transport tests use."""

from tests.support.dovecot import dovecot, dovecot_server

__all__ = ["dovecot", "dovecot_server"]
