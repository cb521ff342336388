"""Secrets of one installation: made once, kept in a file that only its owner reads, never printed but for the login."""

from __future__ import annotations

import json
import os
import secrets
from base64 import urlsafe_b64encode
from pathlib import Path

from include.domain.record import Record


class Secrets(Record):
    """What the processes of one Airflow installation share."""

    fernet_key: str
    jwt_secret: str
    api_secret_key: str
    admin_password: str


def open_secrets(folder: Path) -> Secrets:
    """Return the secrets of the installation, making them on first use (file mode 0600)."""
    path = folder / "secrets.json"
    if path.exists():
        return Secrets.model_validate_json(path.read_bytes())
    made = Secrets(
        fernet_key=urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        jwt_secret=secrets.token_urlsafe(48),
        api_secret_key=secrets.token_urlsafe(32),
        admin_password=secrets.token_urlsafe(12),
    )
    _write_private(path, made.model_dump_json())
    _write_private(login_file(folder), json.dumps({"admin": made.admin_password}))
    return made


def login_file(folder: Path) -> Path:
    """Return the file from which Airflow's simple auth manager reads the login."""
    return folder / "logins.json"


def _write_private(path: Path, content: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(content)
