"""The servers that transport tests use."""

from tests.support.dovecot import dovecot, dovecot_server
from tests.support.servers import mail_servers

__all__ = ["dovecot", "dovecot_server", "mail_servers"]
