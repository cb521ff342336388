"""A bucket as a store: S3 shows an object whole or not at all, and creates a name only once if asked to."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from include.domain.errors import SluiceError, UnavailableError
from include.storage.credentials import S3Credentials
from include.storage.download_cache import DownloadCache
from include.storage.keys import checked_key, checked_prefix

_ABSENT = ("NoSuchKey", "404", "NotFound")
_TAKEN = ("PreconditionFailed", "412")
_CONFLICT = ("ConditionalRequestConflict", "409", "OperationAborted")
_ATTEMPTS = 5
_UPLOAD_ENDED = timedelta(days=7)


class S3Store:
    """Objects below a prefix of a bucket.

    Parameters
    ----------
    bucket, prefix : str
    credentials : S3Credentials

    Notes
    -----
    A name is created only once through ``If-None-Match: *`` [1]_. A server that ignores the condition would let two
    writers win, so the first success of a process is tried again, and has to be refused, before anything rests on it.

    References
    ----------
    .. [1] Amazon S3 User Guide, "How to prevent object overwrites with conditional writes".
    """

    def __init__(self, bucket: str, prefix: str, credentials: S3Credentials) -> None:
        if not bucket:
            raise SluiceError("a store on S3 needs a bucket: s3://bucket/prefix")
        if prefix:
            checked_key(prefix)
        self.uri = f"s3://{bucket}/{prefix}".rstrip("/")
        self._bucket = bucket
        self._root = f"{prefix}/" if prefix else ""
        with self._server():
            self._client: Any = _client(credentials)
        # Every error of the client prints the address.
        if "@" in urlsplit(self._endpoint).netloc:
            raise SluiceError("the endpoint of S3 holds a user or a password; give keys as credentials instead")
        self._cache = DownloadCache(f"{self._endpoint}/{bucket}")
        self._honours_condition = self._swept = False

    def read(self, key: str) -> bytes:
        """Return the content; KeyError where nothing is stored under the key."""
        with self._server(key):
            answer = self._client.get_object(Bucket=self._bucket, Key=self._name(key))
            content: bytes = answer["Body"].read()
            return content

    def exists(self, key: str) -> bool:
        """Return whether something is stored under the key."""
        return self._entity_tag(key) is not None

    def put(self, key: str, content: bytes) -> None:
        """Store the content under the key, in one step."""
        with self._server():
            self._client.put_object(Bucket=self._bucket, Key=self._name(key), Body=content)

    def put_if_absent(self, key: str, content: bytes) -> bool:
        """Store the content unless the key is taken; of concurrent writers exactly one gets True."""
        won = self._create(key, content)
        if won and not self._honours_condition:
            if self._create(key, content):
                raise SluiceError(
                    f"{self._where}: the server ignores If-None-Match, so two writers could both win; "
                    "use a server that supports conditional writes"
                )
            self._honours_condition = True
        return won

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that start with the prefix, sorted."""
        pages = self._client.get_paginator("list_objects_v2")
        start = self._root + checked_prefix(prefix)
        with self._server():
            found = [
                item["Key"].removeprefix(self._root)
                for page in pages.paginate(Bucket=self._bucket, Prefix=start)
                for item in page.get("Contents", [])
            ]
        return sorted(found)

    def upload(self, key: str, path: Path) -> None:
        """Store a large file under the key, in parts that become visible together."""
        self._sweep()
        parts = TransferConfig(multipart_threshold=32 << 20, multipart_chunksize=32 << 20, max_concurrency=4)
        with self._server():
            self._client.upload_file(str(path), self._bucket, self._name(key), Config=parts)

    def local_copy(self, key: str) -> Path:
        """Return a download of the object's present content, made once, to be read only."""
        tag = self._entity_tag(key)
        if tag is None:
            raise KeyError(key)
        with self._server(key):
            return self._cache.file(
                self._name(key), tag, lambda to: self._client.download_file(self._bucket, self._name(key), str(to))
            )

    def _create(self, key: str, content: bytes) -> bool:
        ticket = uuid.uuid4().hex
        for _ in range(_ATTEMPTS):
            with self._server():
                try:
                    self._client.put_object(
                        Bucket=self._bucket,
                        Key=self._name(key),
                        Body=content,
                        IfNoneMatch="*",
                        Metadata={"ticket": ticket},
                    )
                except ClientError as error:
                    if _code(error) in _TAKEN:
                        return _was_repeated(error) and self._holds(key, ticket)
                    if _code(error) not in _CONFLICT:
                        raise
                else:
                    return True
        raise UnavailableError(f"{self._where}: {_ATTEMPTS} conflicts in a row while creating {key!r}; try again")

    def _sweep(self) -> None:
        """Give up uploads that nobody can be at any more: a bucket keeps their parts, unseen, for ever."""
        if self._swept:
            return
        self._swept = True
        # Not every key may list or end them; the upload at hand does not depend on it.
        with suppress(ClientError, BotoCoreError):
            pages = self._client.get_paginator("list_multipart_uploads")
            for page in pages.paginate(Bucket=self._bucket, Prefix=self._root):
                for begun in page.get("Uploads", []):
                    if datetime.now(UTC) - begun["Initiated"] > _UPLOAD_ENDED:
                        self._client.abort_multipart_upload(
                            Bucket=self._bucket, Key=begun["Key"], UploadId=begun["UploadId"]
                        )

    def _entity_tag(self, key: str) -> str | None:
        # Asked as a listing: a HEAD request answers the same 404 for an absent object and an absent bucket.
        name = self._name(key)
        with self._server():
            answer = self._client.list_objects_v2(Bucket=self._bucket, Prefix=name, MaxKeys=1)
        return next((str(found["ETag"]) for found in answer.get("Contents", []) if found["Key"] == name), None)

    def _holds(self, key: str, ticket: str) -> bool:
        head = self._client.head_object(Bucket=self._bucket, Key=self._name(key))
        return bool(head["Metadata"].get("ticket") == ticket)

    def _name(self, key: str) -> str:
        return self._root + checked_key(key)

    @property
    def _endpoint(self) -> str:
        return str(self._client.meta.endpoint_url)

    @property
    def _where(self) -> str:
        endpoint = self._endpoint if hasattr(self, "_client") else "S3"
        return f"bucket {self._bucket!r} at {endpoint}"

    @contextmanager
    def _server(self, key: str | None = None) -> Iterator[None]:
        try:
            yield
        except (ClientError, BotoCoreError, Boto3Error) as error:
            # A transfer wraps the answer that made it fail.
            cause = error.__context__ if isinstance(error, Boto3Error) and error.__context__ else error
            if not isinstance(cause, ClientError):
                raise UnavailableError(
                    f"{self._where} does not answer: {type(cause).__name__}; check the endpoint and the credentials"
                ) from error
            if key is not None and _code(cause) in _ABSENT:
                raise KeyError(key) from error
            raise UnavailableError(f"{self._where} refuses: {_code(cause)}; {_advice(_code(cause))}") from error


def _client(credentials: S3Credentials) -> Any:
    secret, token = credentials.secret_key, credentials.session_token
    return boto3.session.Session().client(
        "s3",
        aws_access_key_id=credentials.access_key,
        aws_secret_access_key=secret and secret.get_secret_value(),
        aws_session_token=token and token.get_secret_value(),
        endpoint_url=credentials.endpoint_url,
        region_name=credentials.region,
        config=Config(
            connect_timeout=5,
            read_timeout=60,
            retries={"mode": "standard", "max_attempts": 3},
            s3={"addressing_style": "path"},
            # Servers other than Amazon's know the newer checksums only in part.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))


def _was_repeated(error: ClientError) -> bool:
    """Tell whether the client sent the request twice: the first may have been answered, and the answer lost."""
    return bool(error.response.get("ResponseMetadata", {}).get("RetryAttempts", 0))


def _advice(code: str) -> str:
    if code == "NoSuchBucket":
        return "create the bucket, or correct the store's address"
    return "check the credentials and the rights they give"
