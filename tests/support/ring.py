"""A keyring that a process of its own can use: keyring's protocol, a JSON file as the drawer (RING_FILE)."""

from __future__ import annotations

import json
import os
from pathlib import Path

import keyring.backend
import keyring.errors


class FileRing(keyring.backend.KeyringBackend):
    """Chosen by PYTHON_KEYRING_BACKEND=tests.support.ring.FileRing."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        """The password, None where there is none."""
        return self._all().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        _file().write_text(json.dumps({**self._all(), f"{service}/{username}": password}))

    def delete_password(self, service: str, username: str) -> None:
        """Forget it."""
        if self.get_password(service, username) is None:
            raise keyring.errors.PasswordDeleteError
        _file().write_text(json.dumps({k: v for k, v in self._all().items() if k != f"{service}/{username}"}))

    def _all(self) -> dict[str, str]:
        return json.loads(_file().read_text()) if _file().exists() else {}


def _file() -> Path:
    return Path(os.environ["RING_FILE"])
