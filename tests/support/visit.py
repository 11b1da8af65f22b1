"""A browser that consents to everything: BROWSER="python tests/support/visit.py %s". It follows where it is sent, and ends."""

from __future__ import annotations

import os
import ssl
import sys
import urllib.error
import urllib.request


def visit(address: str) -> tuple[int, str]:
    """The status and the text of the page that `address` ends at."""
    context = ssl.create_default_context(cafile=os.environ.get("VISIT_CA"))
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    try:
        with opener.open(address, timeout=20) as page:
            return page.status, page.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


if __name__ == "__main__":
    visit(sys.argv[1])
