"""Stores: objects under keys, never half visible. A folder and a bucket keep the same promises."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from include.domain.errors import SluiceError
from include.storage.credentials import S3Credentials


class Store(Protocol):
    """Objects under keys that use ``/``; what is read was written whole.

    Attributes
    ----------
    uri : str
        ``file:///abs/path`` or ``s3://bucket/prefix``, without a slash at the end.
    """

    uri: str

    def read(self, key: str) -> bytes:
        """Return the content; KeyError where nothing is stored under the key."""
        ...

    def exists(self, key: str) -> bool:
        """Return whether something is stored under the key."""
        ...

    def put(self, key: str, content: bytes) -> None:
        """Store the content; whoever reads meanwhile sees all of the old or all of the new."""
        ...

    def put_if_absent(self, key: str, content: bytes) -> bool:
        """Store the content unless the key is taken; of concurrent writers exactly one gets True."""
        ...

    def keys(self, prefix: str) -> list[str]:
        """Return the keys that start with the prefix, sorted."""
        ...

    def upload(self, key: str, path: Path) -> None:
        """Store a large file, as whole as :meth:`put` does."""
        ...

    def local_copy(self, key: str) -> Path:
        """Return a file on this machine's disk with the content, to be read only; KeyError where there is none."""
        ...


def open_store(uri: str, credentials: S3Credentials | None = None) -> Store:
    """Return the store at an address.

    Parameters
    ----------
    uri : str
        ``s3://bucket/prefix``, ``file:///abs/path`` or the path of a folder, which is made by the first write.
    credentials : S3Credentials, optional
        For S3; the ``AWS_*`` environment if left out.

    Raises
    ------
    SluiceError
        Where the address has another scheme, or names no bucket or folder.

    Examples
    --------
    >>> open_store("file:///tmp/sluice/").uri
    'file:///tmp/sluice'
    """
    scheme, separator, _ = uri.partition("://")
    if separator and scheme == "s3":
        # boto3 takes a third of a second to import, which a folder need not pay.
        from include.storage.s3 import S3Store

        parts = urlsplit(uri)
        return S3Store(parts.netloc, parts.path.strip("/"), credentials or S3Credentials())
    if separator and scheme != "file":
        raise SluiceError(f"store {uri!r}: expected s3://bucket/prefix, file:///folder or the path of a folder")
    from include.storage.folder import FolderStore

    return FolderStore(_folder(uri) if separator else Path(uri))


def key_of(store: Store, uri: str) -> str:
    """Return the key under which a store keeps what an address names.

    Raises
    ------
    SluiceError
        Where the address lies outside the store.

    Examples
    --------
    >>> key_of(open_store("file:///tmp/sluice"), "file:///tmp/sluice/data/adult")
    'data/adult'
    """
    inside = uri.removeprefix(f"{store.uri}/")
    if inside == uri:
        raise SluiceError(f"{uri} lies outside the store {store.uri}; open the store that it was written to")
    return inside


def _folder(uri: str) -> Path:
    path = uri.removeprefix("file://").removeprefix("localhost")
    if not path.startswith("/"):
        raise SluiceError(f"store {uri!r}: expected file:///folder with three slashes")
    return Path(unquote(path))
