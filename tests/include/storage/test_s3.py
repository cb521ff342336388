from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from include.domain.errors import SluiceError, UnavailableError
from include.storage import s3
from include.storage.credentials import S3Credentials
from include.storage.s3 import S3Store
from tests.include.storage.lossy_server import lossy_server

KEYS = {"access_key": "AKIAPUBLIC", "secret_key": "hush-hush", "session_token": "hush-token", "region": "us-east-1"}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the client retry at once."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLUICE_HOME", str(tmp_path))
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)


@pytest.fixture
def bucket() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
        client.create_bucket(Bucket="sluice")
        yield client


def _store(**credentials: Any) -> S3Store:
    return S3Store("sluice", "house", S3Credentials(**{**KEYS, **credentials}))


def test_objects_lie_below_the_prefix(bucket: Any) -> None:
    _store().put("a/b", b"1")
    assert [item["Key"] for item in bucket.list_objects_v2(Bucket="sluice")["Contents"]] == ["house/a/b"]


def test_neighbours_of_the_prefix_are_not_listed(bucket: Any) -> None:
    bucket.put_object(Bucket="sluice", Key="house2/a", Body=b"")
    bucket.put_object(Bucket="sluice", Key="other", Body=b"")
    assert _store().keys("") == []


def test_more_keys_than_a_page_holds_are_all_listed(bucket: Any) -> None:
    store = _store()
    store._client.meta.events.register(
        "before-parameter-build.s3.ListObjectsV2", lambda params, **_: params.update(MaxKeys=2)
    )
    for key in "cbade":
        store.put(key, b"")
    assert store.keys("") == ["a", "b", "c", "d", "e"]


def test_a_content_is_downloaded_once(bucket: Any) -> None:
    store = _store()
    store.put("a", b"old")
    first = store.local_copy("a")
    downloads: list[Any] = []
    store._client.meta.events.register("before-call.s3.GetObject", lambda **call: downloads.append(call))
    assert store.local_copy("a") == first
    assert downloads == []
    store.put("a", b"new")
    assert store.local_copy("a").read_bytes() == b"new"
    assert first.read_bytes() == b"old"


def test_a_server_that_ignores_the_condition_is_found_out_before_anything_rests_on_it(bucket: Any) -> None:
    store = _store()
    store._client.meta.events.register(
        "before-parameter-build.s3.PutObject", lambda params, **_: params.pop("IfNoneMatch", None)
    )
    with pytest.raises(SluiceError, match="ignores If-None-Match"):
        store.put_if_absent("ledger/1", b"")


def test_the_condition_is_tried_once_a_store(bucket: Any) -> None:
    store = _store()
    puts: list[Any] = []
    store._client.meta.events.register("before-call.s3.PutObject", lambda **call: puts.append(call))
    assert [store.put_if_absent(key, b"") for key in ("1", "2", "3")] == [True, True, True]
    assert len(puts) == 4


def test_a_writer_whose_answer_was_lost_learns_that_it_won() -> None:
    with lossy_server(stores_before_losing=True) as server:
        store = _store(endpoint_url=f"http://127.0.0.1:{server.server_port}")
        assert store.put_if_absent("ledger/1", b"mine")
        assert server.lost == 1
        assert server.objects["/sluice/house/ledger/1"][1] == b"mine"


def test_a_writer_whose_request_was_lost_does_not_claim_what_another_wrote() -> None:
    with lossy_server(stores_before_losing=False) as server:
        server.objects["/sluice/house/ledger/1"] = ("somebody else's ticket", b"theirs")
        store = _store(endpoint_url=f"http://127.0.0.1:{server.server_port}")
        assert not store.put_if_absent("ledger/1", b"mine")
        assert server.lost == 1


def _told(error: BaseException | None) -> str:
    """Return the messages of an error and of all that led to it, as a log shows them."""
    return "" if error is None else f"{error!r}\n{_told(error.__cause__)}{_told(error.__context__)}"


def test_a_server_that_is_away_is_named_without_any_key() -> None:
    store = _store(endpoint_url="http://127.0.0.1:9")
    with pytest.raises(UnavailableError, match=r"'sluice' at http://127.0.0.1:9 does not answer") as caught:
        store.put("a", b"")
    assert "AKIAPUBLIC" not in _told(caught.value)
    assert "hush" not in _told(caught.value)


def test_a_password_in_the_endpoint_is_refused_and_not_repeated() -> None:
    with pytest.raises(SluiceError, match="holds a user or a password") as caught:
        _store(endpoint_url="http://ada:hush@127.0.0.1:9")
    assert "hush" not in _told(caught.value)


@pytest.mark.parametrize("code", ["AccessDenied", "SignatureDoesNotMatch", "InvalidAccessKeyId", "403"])
def test_a_refusal_names_bucket_and_endpoint_and_what_to_check(bucket: Any, code: str) -> None:
    store = _store()

    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": code, "AWSAccessKeyId": "AKIAPUBLIC"}}, "GetObject")

    store._client.meta.events.register("before-call.s3", refuse)
    with pytest.raises(UnavailableError, match=rf"'sluice' at https://\S+ refuses: {code}; check") as caught:
        store.read("a")
    assert "AKIAPUBLIC" not in _told(caught.value)


@pytest.mark.parametrize("verb", ["read", "exists", "local_copy", "keys"])
def test_an_absent_bucket_is_not_taken_for_an_absent_object(bucket: Any, verb: str) -> None:
    store = S3Store("nowhere", "", S3Credentials(**KEYS))
    with pytest.raises(UnavailableError, match="NoSuchBucket; create the bucket"):
        getattr(store, verb)("a")


def test_an_upload_that_is_refused_says_why(bucket: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UnavailableError, match="NoSuchBucket; create the bucket"):
        S3Store("nowhere", "", S3Credentials(**KEYS)).upload("a", tmp_path / "file")


def test_absent_credentials_are_an_answer_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    with pytest.raises(UnavailableError, match="NoCredentialsError; check the endpoint and the credentials"):
        S3Store("sluice", "", S3Credentials()).read("a")


def test_the_environment_fills_what_the_credentials_leave_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "from-environment")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "from-environment")
    store = S3Store("sluice", "", S3Credentials())
    assert store._client.meta.endpoint_url == "http://127.0.0.1:9"
    assert store._client._request_signer._credentials.access_key == "from-environment"


def test_only_uploads_that_nobody_can_be_at_any_more_are_given_up(
    bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("house/a", "elsewhere/a"):
        bucket.create_multipart_upload(Bucket="sluice", Key=key)
    (tmp_path / "large").write_bytes(b"1")

    def under_way() -> list[str]:
        return [each["Key"] for each in bucket.list_multipart_uploads(Bucket="sluice").get("Uploads", [])]

    # The server says of every upload that it began in 2010.
    with monkeypatch.context() as patient:
        patient.setattr(s3, "_UPLOAD_ENDED", timedelta(days=36_500))
        _store().upload("b", tmp_path / "large")
        assert sorted(under_way()) == ["elsewhere/a", "house/a"]
    _store().upload("b", tmp_path / "large")
    assert under_way() == ["elsewhere/a"]


def test_a_key_that_may_not_list_uploads_may_still_upload(bucket: Any, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"1")
    store = _store()

    def refuse(**asked: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "ListMultipartUploads")

    store._client.meta.events.register("before-call.s3.ListMultipartUploads", refuse)
    store.upload("b", tmp_path / "large")
    assert store.read("b") == b"1"
