"""The prediction service as a process: an alias that moves under load, an end by a signal, bodies that are wrong."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from include.domain.spec import ModelSpec
from include.serving.reading import read_predictions
from include.storage.store import Store, open_store
from tests.include.serving.service.houses import House, a_fraud_spec, a_model, a_row
from tests.include.serving.service.malformed import malformed
from tests.integration.scored import Trained, a_customer_spec, month, write

pytestmark = pytest.mark.integration

BUFFER = 40


class Street:
    """A registry, a store and a spec, and the address of the service that serves it."""

    def __init__(self, folder: Path, spec: ModelSpec, store: Store) -> None:
        self.folder, self.spec, self.store = folder, spec, store
        self.address = ""

    @contextmanager
    def open(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run the service on a free port until the block is left."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        sluice = str(Path(sys.executable).parent / "sluice")
        command = [sluice, "serve", self.spec.name, "--port", str(port), "--poll", "0.3"]
        places = {"SLUICE_HOME": str(self.folder), "SLUICE_SPECS": str(self.folder / "specs")}
        environment = {**os.environ, **places, "SLUICE_STORE": self.store.uri}
        with (self.folder / "serve.log").open("ab") as log:
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            self._await(process)
            yield process
        finally:
            process.kill()
            process.wait(timeout=30)

    def _await(self, process: subprocess.Popen[bytes]) -> None:
        for _ in range(600):
            assert process.poll() is None, (self.folder / "serve.log").read_text()
            try:
                if requests.get(f"{self.address}/ready", timeout=5).ok:
                    return
            except requests.ConnectionError:
                pass
            time.sleep(0.1)
        raise AssertionError((self.folder / "serve.log").read_text())

    def ask(self, session: requests.Session, name: str) -> requests.Response:
        row = {"customer": name, "at": "2026-03-01T10:00:00Z", "calls": 11.5, "plan": " 007 "}
        return session.post(f"{self.address}/models/{self.spec.name}/predict", json={"row": row}, timeout=30)


@pytest.fixture
def street(tmp_path: Path, mlflow_store: str) -> Street:
    serving = {"buffer_rows": BUFFER, "max_rows": 10, "buffer_seconds": 0.5}
    spec = a_customer_spec(write(tmp_path / "customers.csv", 1, 2), serving=serving)
    store = open_store(f"file://{tmp_path}/store")
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / f"{spec.name}.yaml").write_text(yaml.safe_dump(spec.to_json()), encoding="utf-8")
    Trained.on(spec, store, month(1))
    return Street(tmp_path, spec, store)


class Load:
    """Threads that ask without a pause, and remember every answer."""

    def __init__(self, street: Street, threads: int = 4) -> None:
        self.answers: list[tuple[str, int, int]] = []
        self.broken: list[str] = []
        self._over, self._street = threading.Event(), street
        self._threads = [threading.Thread(target=self._keep_asking, args=[number]) for number in range(threads)]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _keep_asking(self, number: int) -> None:
        with requests.Session() as session:
            count = 0
            while not self._over.is_set():
                name = f"{number}-{count}"
                count += 1
                try:
                    said = self._street.ask(session, name)
                except requests.RequestException as error:
                    self.broken.append(str(error))
                    return
                version = said.json()["predictions"][0]["version"] if said.ok else 0
                self.answers.append((name, said.status_code, version))


def test_a_promotion_under_load_is_picked_up_drops_nothing_and_a_normal_end_loses_nothing(street: Street) -> None:
    with street.open() as process:
        with Load(street) as load:
            Trained.on(street.spec, street.store, month(2))
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline and not any(version == 2 for _, _, version in load.answers):
                time.sleep(0.1)
            time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=40) in (0, -signal.SIGTERM)
    assert load.broken == []
    assert Counter(status for _, status, _ in load.answers).keys() == {200}
    assert {version for _, _, version in load.answers} == {1, 2}
    logged = read_predictions(street.store, street.spec.name)
    told = {(name, version) for name, _, version in load.answers}
    kept = set(zip(*(logged.column(name).to_pylist() for name in ("row_id", "model_version")), strict=True))
    assert kept == told


def test_a_kill_loses_no_more_than_the_buffer(street: Street) -> None:
    with street.open() as process, Load(street) as load:
        while len(load.answers) < 300:
            time.sleep(0.05)
        process.kill()
    answered = {name for name, status, _ in load.answers if status == 200}
    kept = set(read_predictions(street.store, street.spec.name).column("row_id").to_pylist())
    # Besides what was answered, a row may be logged whose answer was on its way.
    assert len(answered - kept) <= BUFFER
    assert len(kept) >= 300 - BUFFER


def test_malformed_bodies_over_the_wire_are_refused_and_the_service_goes_on(street: Street) -> None:
    with street.open(), requests.Session() as session:
        schema = session.get(f"{street.address}/openapi.json", timeout=30).json()
        path = f"/models/{street.spec.name}/predict"
        example = schema["paths"][path]["post"]["requestBody"]["content"]["application/json"]["example"]["rows"][0]
        for body in _wrong(example):
            said = session.post(
                f"{street.address}{path}", data=body, headers={"Content-Type": "application/json"}, timeout=30
            )
            assert 400 <= said.status_code < 500, (body[:200], said.text)
        assert street.ask(session, "x").status_code == 200


def _wrong(example: dict[str, Any]) -> Iterator[bytes]:
    for name in example:
        for value in ({}, [], [[1]], True, 10**400, "\0"):
            if not (name in ("customer", "plan") and isinstance(value, str)):
                yield json.dumps({"row": {**example, name: value}}).encode()
    yield from (b"", b"\xff", b"[" * 50_000, b"x" * 1_000_001, b'{"row": NaN}')


def test_ten_thousand_malformed_bodies_get_nothing_but_refusals() -> None:
    model = a_model(a_fraud_spec())
    example = a_row(0)

    async def ask() -> Counter[int]:
        house = House(model)
        seen: Counter[int] = Counter()
        for format_, body in malformed(model.contract, example, 10_000, seed=7):
            status, content = await house.post(f"/models/fraud/{format_}", body)
            assert 400 <= status < 500, (status, body[:300], content)
            assert content["error"]
            seen[status] += 1
        assert (await house.predict(example))[0] == 200
        return seen

    seen = asyncio.run(ask())
    assert sum(seen.values()) == 10_000
    assert min(seen[400], seen[422]) > 1_000
