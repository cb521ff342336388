"""What every store promises, asked of all of them: a folder, a bucket (of moto's) and the fake that other tests use."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from include.domain.errors import SluiceError
from include.storage.folder import FolderStore
from include.storage.s3 import S3Store
from include.storage.store import Store, key_of, open_store
from tests.fakes import MemoryStore


@pytest.fixture(params=["folder", "bucket", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("SLUICE_HOME", str(tmp_path / "home"))
    if request.param == "folder":
        yield open_store(f"file://{tmp_path}/store")
    elif request.param == "memory":
        yield MemoryStore()
    else:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "testing")
        monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
        with mock_aws():
            boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="sluice")
            yield open_store("s3://sluice/house")


def test_what_was_put_is_read_back(store: Store) -> None:
    store.put("a/b.bin", b"\x00\xff")
    assert store.read("a/b.bin") == b"\x00\xff"
    assert store.exists("a/b.bin")


def test_a_second_put_replaces_the_first(store: Store) -> None:
    store.put("a", b"one")
    store.put("a", b"")
    assert store.read("a") == b""


def test_what_is_absent_is_a_key_error(store: Store) -> None:
    store.put("a/b/c", b"")
    assert not store.exists("a/b")
    for ask in (store.read, store.local_copy):
        with pytest.raises(KeyError, match="a/b"):
            ask("a/b")


def test_the_first_to_create_a_name_wins_and_the_second_changes_nothing(store: Store) -> None:
    assert store.put_if_absent("a", b"first")
    assert not store.put_if_absent("a", b"second")
    assert store.read("a") == b"first"


def test_of_many_creators_at_once_exactly_one_wins(store: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda i: store.put_if_absent("ledger/1", str(i).encode()), range(16)))
    assert won.count(True) == 1
    assert store.read("ledger/1") == str(won.index(True)).encode()


def test_keys_are_sorted_and_start_with_the_prefix(store: Store) -> None:
    for key in ("ledger/b/2", "ledger/b/10", "ledger/a/1", "ledger/bb/1", "steps/x"):
        store.put(key, b"")
    assert store.keys("ledger/b/") == ["ledger/b/10", "ledger/b/2"]
    assert store.keys("ledger/b") == ["ledger/b/10", "ledger/b/2", "ledger/bb/1"]
    assert store.keys("nothing/") == []
    assert len(store.keys("")) == 5


def test_a_large_file_comes_back_as_it_was(store: Store, tmp_path: Path) -> None:
    source = tmp_path / "source.bin"
    source.write_bytes(bytes(range(256)) * 4096)
    store.upload("data/big.bin", source)
    assert store.local_copy("data/big.bin").read_bytes() == source.read_bytes()


def test_a_local_copy_keeps_its_name_and_follows_the_object(store: Store) -> None:
    store.put("reports/drift.html", b"old")
    assert store.local_copy("reports/drift.html").name == "drift.html"
    store.put("reports/drift.html", b"new")
    assert store.local_copy("reports/drift.html").read_bytes() == b"new"


def test_a_key_that_leads_out_is_refused_by_every_verb(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    verbs = (
        store.read,
        store.exists,
        lambda key: store.put(key, b""),
        lambda key: store.put_if_absent(key, b""),
        lambda key: store.upload(key, tmp_path / "file"),
        store.local_copy,
    )
    for verb in verbs:
        with pytest.raises(SluiceError, match="expected names"):
            verb("../outside")


def test_the_address_decides_which_store_is_opened(tmp_path: Path) -> None:
    assert isinstance(open_store(str(tmp_path)), FolderStore)
    assert isinstance(open_store("s3://bucket/a/b/"), S3Store)
    assert open_store("s3://bucket/a/b/").uri == "s3://bucket/a/b"
    assert open_store("s3://bucket").uri == "s3://bucket"


def test_a_folder_with_blanks_and_question_marks_in_its_name_is_found_again(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "my store?#1"))
    store.put("a", b"1")
    assert open_store(store.uri).read("a") == b"1"
    assert open_store(f"file://{tmp_path}/my store?#1").uri == store.uri


@pytest.mark.parametrize("uri", ["gs://bucket/x", "file://host/x", "s3://", "s3:///prefix", "file://"])
def test_an_address_that_names_no_store_says_what_was_expected(uri: str) -> None:
    with pytest.raises(SluiceError, match=r"expected|needs a bucket"):
        open_store(uri)


def test_the_key_of_an_address_is_known_to_its_own_store_alone(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "a"))
    assert key_of(store, f"{store.uri}/data/adult") == "data/adult"
    with pytest.raises(SluiceError, match="outside"):
        key_of(store, f"{store.uri}2/data/adult")
