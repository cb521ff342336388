"""Addresses of databases: resolved in memory, and shown without what is secret in them."""

from __future__ import annotations

import os
import re
from urllib.parse import quote_plus

import sqlalchemy
from sqlalchemy import exc

from include.data.access import SourceAccess
from include.domain.errors import DataError
from include.domain.spec.data import SqlSource

_NAMED = re.compile(r"\$\{(\w+)\}")


def address_of(source: SqlSource, access: SourceAccess) -> str:
    """Return the address of the database, without user, password and options."""
    url = database_url(source, access)
    place = f"{url.host or ''}{f':{url.port}' if url.port else ''}"
    return f"{url.get_backend_name()}://{place}/{url.database or ''}"


def database_url(source: SqlSource, access: SourceAccess) -> sqlalchemy.URL:
    """Return the address of the database, with its secrets.

    Raises
    ------
    DataError
        Where nobody resolved the connection, a variable is not set, or the address cannot be read.
    """
    if access.sqlalchemy_url is not None:
        given = access.sqlalchemy_url.get_secret_value()
    elif source.url is not None:
        given = _with_environment(source.url)
    else:
        raise DataError(
            f"data.source.connection {source.connection!r} is an Airflow connection and nobody resolved it: "
            "run through Airflow, or write data.source.url"
        )
    try:
        return sqlalchemy.make_url(given)
    except (exc.ArgumentError, ValueError):
        # The address may hold a password, so neither it nor the message that quotes it is passed on.
        raise DataError(
            "the address of the database is none that SQLAlchemy reads: expected dialect://user:password@host:port/name"
        ) from None


def _with_environment(url: str) -> str:
    scheme, mark, rest = url.partition("://")
    person, at, place = rest.rpartition("@")
    # In user and password some characters would mean something else.
    quoted = _NAMED.sub(lambda found: quote_plus(_variable(found[1])), person)
    return _fill(scheme) + mark + quoted + at + _fill(place)


def _fill(text: str) -> str:
    return _NAMED.sub(lambda found: _variable(found[1]), text)


def _variable(name: str) -> str:
    value = os.environ.get(name)
    if value is None:
        raise DataError(f"data.source.url asks for the environment variable {name}, which is not set: set it")
    return value
