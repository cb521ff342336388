"""Ports on loopback."""

from __future__ import annotations

import socket

import pytest

from include.deployment.ports import Ports, free_ports
from include.domain.errors import SluiceError


def test_every_port_is_settable_by_its_variable() -> None:
    assert Ports.from_environment({"SLUICE_MLFLOW_PORT": "5055"}) == Ports(mlflow=5055)


def test_a_busy_port_is_named_with_the_variable_that_moves_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SluiceError, match=f"port {port} .*SLUICE_AIRFLOW_PORT"):
            Ports(airflow=port).require_free()


def test_ports_that_are_free_differ() -> None:
    ports = free_ports()
    assert len(set(ports.model_dump().values())) == len(Ports.model_fields)
    ports.require_free()
