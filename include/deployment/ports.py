"""Ports: which ones the servers of one installation take on loopback, and whether they are free."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from contextlib import ExitStack

from include.domain.errors import SluiceError
from include.domain.record import Record


class Ports(Record):
    """Ports on loopback, each settable by its environment variable."""

    airflow: int = 8080
    mlflow: int = 5000
    worker_logs: int = 8793
    trigger_logs: int = 8794

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Ports:
        """Read ``SLUICE_<NAME>_PORT`` for every port, e.g. ``SLUICE_AIRFLOW_PORT``."""
        return cls(**{name: environment[variable(name)] for name in cls.model_fields if variable(name) in environment})

    def require_free(self) -> None:
        """Raise :class:`SluiceError` naming the first port that another process has taken."""
        for name, port in self:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError as error:
                    raise SluiceError(
                        f"port {port} ({name}) on 127.0.0.1 is taken by another process: "
                        f"stop that one, or choose another port with {variable(name)}"
                    ) from error


def free_ports() -> Ports:
    """Return ports that nobody has taken at this moment."""
    with ExitStack() as probes:
        taken = {name: probes.enter_context(socket.socket()) for name in Ports.model_fields}
        for probe in taken.values():
            probe.bind(("127.0.0.1", 0))
        return Ports(**{name: probe.getsockname()[1] for name, probe in taken.items()})


def variable(name: str) -> str:
    """Return the environment variable that sets a port.

    Examples
    --------
    >>> variable("airflow")
    'SLUICE_AIRFLOW_PORT'
    """
    return f"SLUICE_{name.upper()}_PORT"
