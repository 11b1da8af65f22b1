"""The servers that transport tests use."""

from tests.support.backends import backend
from tests.support.dovecot import dovecot, dovecot_server
from tests.support.servers import mail_servers

__all__ = ["backend", "dovecot", "dovecot_server", "mail_servers"]
