"""A real bucket as a source and as a store."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import boto3
import pandas as pd
import pytest
from pydantic import SecretStr

from include.data.access import SourceAccess
from include.data.cleaning import clean_dataset
from include.data.frames import read_frame
from include.data.snapshot import take_snapshot
from include.domain.errors import DataError, UnavailableError
from include.domain.references import Window
from include.domain.spec import ModelSpec
from include.storage.credentials import S3Credentials
from include.storage.s3 import S3Store
from include.storage.store import Store, open_store
from tests.specs import a_spec

pytestmark = pytest.mark.integration

RIDGE = {"estimator": "sklearn.linear_model.Ridge"}


@pytest.fixture
def bucket(s3_bucket: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SLUICE_HOME", str(tmp_path / "home"))
    return s3_bucket


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(str(tmp_path / "store"))


def _put(bucket: str, key: str, content: str | bytes) -> None:
    body = content.encode() if isinstance(content, str) else content
    boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=body)


def _spec(source: object, **data: object) -> ModelSpec:
    return a_spec(task="regression", data={"source": source, "target": "y", **data}, training=RIDGE)


def test_a_pattern_means_its_objects(bucket: str, store: Store, tmp_path: Path) -> None:
    _put(bucket, "raw/2018/01.csv", "y,a\n1,x\n")
    _put(bucket, "raw/2018/02.csv.gz", gzip.compress(b"a,y\nz,2\n"))
    _put(bucket, "raw/2018/deeper/03.csv", "y,a\n3,no\n")
    _put(bucket, "raw/2018.txt", "nothing")
    (tmp_path / "all.csv").write_text("y,a\n2,z\n1,x\n")
    dataset = take_snapshot(_spec(f"s3://{bucket}/raw/2018/*.csv*"), store)
    assert dataset.fingerprint == take_snapshot(_spec(str(tmp_path / "all.csv")), store).fingerprint
    assert dataset.source == f"s3://{bucket}/raw/2018/01.csv, s3://{bucket}/raw/2018/02.csv.gz"
    assert take_snapshot(_spec(f"s3://{bucket}/raw/**/*.csv*"), store).rows == 3


def test_an_unchanged_object_is_not_fetched_again(bucket: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _put(bucket, "x.csv", "y,a\n1,x\n")
    spec = _spec(f"s3://{bucket}/x.csv")
    assert not take_snapshot(spec, store).reused
    fetched: list[str] = []
    download = S3Store.local_copy
    monkeypatch.setattr(S3Store, "local_copy", lambda self, key: fetched.append(key) or download(self, key))
    assert take_snapshot(spec, store).cause == "the bytes of the source, the code and the parameters were seen before"
    _put(bucket, "x.csv", "y,a\n1,x\n2,z\n")
    assert take_snapshot(spec, store).rows == 2


def test_keys_come_from_the_connection(bucket: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    _put(bucket, "x.csv", "y,a\n1,x\n")
    keys = S3Credentials(
        access_key=os.environ["AWS_ACCESS_KEY_ID"],
        secret_key=SecretStr(os.environ["AWS_SECRET_ACCESS_KEY"]),
        endpoint_url=os.environ["AWS_ENDPOINT_URL"],
        region="us-east-1",
    )
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name)
    assert take_snapshot(_spec(f"s3://{bucket}/x.csv"), store, access=SourceAccess(s3=keys)).rows == 1
    wrong = keys.model_copy(update={"secret_key": SecretStr("hush-hush")})
    with pytest.raises(UnavailableError, match="check the credentials") as caught:
        take_snapshot(_spec(f"s3://{bucket}/x.csv"), store, access=SourceAccess(s3=wrong))
    assert "hush" not in str(caught.value)


def test_what_is_not_there_says_so(bucket: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match=r"s3://.*/x.csv: there is no such object"):
        take_snapshot(_spec(f"s3://{bucket}/x.csv"), store)
    with pytest.raises(DataError, match="no object matches"):
        take_snapshot(_spec(f"s3://{bucket}/*.csv"), store)
    with pytest.raises(UnavailableError, match=r"create the bucket|NoSuchBucket"):
        take_snapshot(_spec(f"s3://{bucket}-absent/x.csv"), store)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(UnavailableError, match="does not answer"):
        take_snapshot(_spec(f"s3://{bucket}/x.csv"), store)


def test_a_broken_object_is_named_by_its_address(bucket: str, store: Store) -> None:
    _put(bucket, "x.csv", "y,a\n1,x\n1,2,3\n")
    with pytest.raises(DataError, match=rf"s3://{bucket}/x.csv line 3: 3 values"):
        take_snapshot(_spec(f"s3://{bucket}/x.csv"), store)


def test_a_month_is_found_by_the_window(bucket: str, store: Store) -> None:
    _put(bucket, "trips_2018-02.csv", "y,t\n1,2018-02-28\n2,2018-03-01\n")
    window = Window.model_validate({"start": "2018-02-01T00:00:00Z", "end": "2018-03-01T00:00:00Z"})
    dataset = take_snapshot(_spec(f"s3://{bucket}/trips_{{window_start:%Y-%m}}.csv", time="t"), store, window=window)
    assert dataset.rows == 1


def test_adult_is_the_same_in_a_bucket_and_the_store_may_be_one(bucket: str, store: Store) -> None:
    path = Path(os.environ.get("SLUICE_REAL_DATA", "real-data"), "adult.parquet")
    if not path.is_file():
        pytest.skip("SLUICE_REAL_DATA names no folder with adult.parquet")
    boto3.client("s3").upload_file(str(path), bucket, "adult.parquet")
    cleaning = [{"do": "trim", "columns": ["occupation"]}]
    specs = [
        a_spec(name="adult", data={"source": source, "target": "class"}, cleaning=cleaning)
        for source in (f"s3://{bucket}/adult.parquet", str(path))
    ]
    remote = open_store(f"s3://{bucket}/house")
    there, here = take_snapshot(specs[0], remote), take_snapshot(specs[1], store)
    assert there.fingerprint == here.fingerprint
    assert there.uri == f"s3://{bucket}/house/snapshots/adult/{there.fingerprint}"
    pd.testing.assert_frame_equal(read_frame(there, remote), read_frame(here, store), check_exact=True)
    cleaned = clean_dataset(specs[0], there, remote), clean_dataset(specs[1], here, store)
    assert cleaned[0].fingerprint == cleaned[1].fingerprint
    assert take_snapshot(specs[0], remote).reused
