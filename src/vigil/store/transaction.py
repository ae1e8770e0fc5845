"""The one way to write to the database."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def write(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """One write transaction: all of it or nothing.

    BEGIN IMMEDIATE takes the writer's turn at once, so that what is read inside is still true when
    it is written; a deferred transaction would fail where another process wrote in between.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
    except BaseException:
        if connection.in_transaction:  # a full disk rolls back by itself
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
