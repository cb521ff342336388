"""Keys: who may ask. Specs name environment variables; the keys themselves stand in no file, log or metric."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterable, Mapping

from include.domain.errors import SluiceError

SHORTEST = 16


def keys_of(variables: Iterable[str], environment: Mapping[str, str], *, where: str) -> tuple[bytes, ...]:
    """Return the keys that environment variables hold.

    Raises
    ------
    SluiceError
        If a variable is not set, or its key is short enough to be guessed.

    Examples
    --------
    >>> keys_of(["KEY"], {"KEY": "short"}, where="serving.api_keys")
    Traceback (most recent call last):
    include.domain.errors.SluiceError: serving.api_keys: KEY holds 5 characters; expected a key of at least 16
    """
    keys = []
    for name in variables:
        key = environment.get(name, "")
        if not key:
            raise SluiceError(f"{where}: the environment variable {name} is not set: put a key into it")
        if len(key) < SHORTEST:
            raise SluiceError(f"{where}: {name} holds {len(key)} characters; expected a key of at least {SHORTEST}")
        keys.append(key.encode())
    return tuple(keys)


def opens(given: bytes | None, keys: Iterable[bytes]) -> bool:
    """Return whether a key is one of some, in a time that does not tell how much of it was right."""
    found = False
    for key in keys:
        found |= hmac.compare_digest(given or b"", key)
    return found


def given_key(headers: Iterable[tuple[bytes, bytes]]) -> bytes | None:
    """Return the key that a request brings: ``Authorization: Bearer KEY``, or ``X-API-Key: KEY``.

    Examples
    --------
    >>> given_key([(b"authorization", b"Bearer abc")]), given_key([(b"x-api-key", b"abc")]), given_key([])
    (b'abc', b'abc', None)
    """
    for name, value in headers:
        if name == b"x-api-key":
            return value
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            return value[7:].strip()
    return None


def check_host(host: str, unlocked: Iterable[str]) -> None:
    """Check that nobody but this machine reaches a model without a key.

    Parameters
    ----------
    host : str
        Address to listen on.
    unlocked : iterable of str
        Models that ask for no key.

    Raises
    ------
    SluiceError

    Examples
    --------
    >>> check_host("127.0.0.1", ["churn"])
    >>> check_host("0.0.0.0", ["churn"])
    Traceback (most recent call last):
    include.domain.errors.SluiceError: on 0.0.0.0 everybody could ask churn: name a variable with a key in ...
    """
    names = list(unlocked)
    if names and not _is_loopback(host):
        raise SluiceError(
            f"on {host} everybody could ask {', '.join(names)}: name a variable with a key in serving.api_keys or with "
            f"--key, or listen on 127.0.0.1"
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
