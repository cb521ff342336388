"""Keys: readable names of objects, the same in a folder and in a bucket, that never lead out of either."""

from __future__ import annotations

from include.domain.errors import SluiceError

INCOMING = ".incoming"
"""First part of a key that no object may have: a folder store writes its unfinished files there."""


def checked_key(key: str) -> str:
    """Return the key, or say why it may not be used.

    Raises
    ------
    SluiceError
        Where the key is empty, absolute, leads upward, or could not be a file name.

    Examples
    --------
    >>> checked_key("ledger/adult/00000001.json")
    'ledger/adult/00000001.json'
    >>> checked_key("../passwd")
    Traceback (most recent call last):
    include.domain.errors.SluiceError: key '../passwd': '..' is no name; expected names divided by single slashes
    """
    parts = key.split("/")
    for part in parts:
        if part in ("", ".", ".."):
            raise SluiceError(f"key {key!r}: {part!r} is no name; expected names divided by single slashes")
        if "\\" in part or not part.isprintable():
            raise SluiceError(f"key {key!r}: {part!r} holds a backslash or an unprintable character")
        if len(part.encode()) > 255:
            raise SluiceError(f"key {key!r}: a name of {len(part.encode())} bytes; expected at most 255")
    if parts[0] == INCOMING:
        raise SluiceError(f"key {key!r}: {INCOMING!r} is kept for unfinished files")
    return key


def checked_prefix(prefix: str) -> str:
    """Return the prefix of keys, or say why it may not be used; an empty one stands for all keys.

    Examples
    --------
    >>> checked_prefix("ledger/adult/")
    'ledger/adult/'
    """
    if prefix:
        checked_key(prefix.removesuffix("/"))
    return prefix
