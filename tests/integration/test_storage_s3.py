"""The bucket on a real server: what moto accepts too easily, or cannot show."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import pytest

from include.domain.errors import UnavailableError
from include.storage.credentials import S3Credentials
from include.storage.store import Store, open_store

pytestmark = pytest.mark.integration

WRITERS = 16


@pytest.fixture
def store(s3_bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("SLUICE_HOME", str(tmp_path / "home"))
    return open_store(f"s3://{s3_bucket}/house")


def test_of_many_concurrent_creators_exactly_one_wins(store: Store, s3_bucket: str) -> None:
    stores = [open_store(store.uri) for _ in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as pool:
        for position in range(5):
            key = f"ledger/adult/{position:08d}.json"
            won = list(pool.map(lambda i, key=key: stores[i].put_if_absent(key, str(i).encode()), range(WRITERS)))
            assert won.count(True) == 1
            assert store.read(key) == str(won.index(True)).encode()


def test_a_file_in_several_parts_comes_back_whole_and_is_kept(store: Store, s3_bucket: str, tmp_path: Path) -> None:
    source = tmp_path / "source.bin"
    source.write_bytes(os.urandom(1 << 20) * 70)
    store.upload("data/adult/data.parquet", source)
    tag = boto3.client("s3").head_object(Bucket=s3_bucket, Key="house/data/adult/data.parquet")["ETag"]
    assert tag.rstrip('"').endswith("-3")
    copy = store.local_copy("data/adult/data.parquet")
    assert copy.read_bytes() == source.read_bytes()
    assert store.local_copy("data/adult/data.parquet") == copy


def test_what_is_absent_is_a_key_error(store: Store) -> None:
    for ask in (store.read, store.local_copy):
        with pytest.raises(KeyError):
            ask("nothing")
    assert not store.exists("nothing")
    assert store.keys("") == []


def test_more_than_a_thousand_keys_are_listed(store: Store) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda i: store.put(f"steps/{i:05d}", b""), range(1005)))
    assert store.keys("steps/") == [f"steps/{i:05d}" for i in range(1005)]


def test_a_wrong_key_is_refused_by_bucket_and_endpoint_without_repeating_it(s3_bucket: str, tmp_path: Path) -> None:
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    wrong = S3Credentials(access_key=os.environ["AWS_ACCESS_KEY_ID"], secret_key="hush", endpoint_url=endpoint)
    store = open_store(f"s3://{s3_bucket}", wrong)
    (tmp_path / "file").write_bytes(b"")
    for ask in (
        lambda: store.read("a"),
        lambda: store.exists("a"),
        lambda: store.keys(""),
        lambda: store.put("a", b""),
        lambda: store.put_if_absent("a", b""),
        lambda: store.upload("a", tmp_path / "file"),
        lambda: store.local_copy("a"),
    ):
        with pytest.raises(UnavailableError, match=f"bucket '{s3_bucket}' at {endpoint} refuses") as caught:
            ask()
        assert "hush" not in str(caught.value)
        assert os.environ["AWS_ACCESS_KEY_ID"] not in str(caught.value)
