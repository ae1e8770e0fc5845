"""The tables, as explicit STRICT SQL, and the migrations that make them.

sqlite-utils is imported by the caller and only when something is to be migrated.
A migration is never edited once it has been released; a change is a further one.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

_LEDGER = """
CREATE TABLE document (
  id INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  source TEXT NOT NULL,
  format TEXT,
  complete INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('read', 'rejected')),
  why TEXT,
  taken_at TEXT NOT NULL,
  filed INTEGER NOT NULL DEFAULT 0,
  second TEXT NOT NULL DEFAULT 'none'
    CHECK (second IN ('none', 'due', 'agrees', 'differs', 'skipped')),
  second_view TEXT
) STRICT;
CREATE INDEX document_second ON document (id) WHERE second = 'due';

CREATE TABLE account (
  id INTEGER PRIMARY KEY,
  institution TEXT,
  bank TEXT,
  number TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('bank', 'card', 'investment')),
  currency TEXT NOT NULL,
  watch_day TEXT NOT NULL,
  first_import_until TEXT NOT NULL,
  covered_to TEXT,
  had_pending INTEGER NOT NULL DEFAULT 0,
  learnt TEXT
) STRICT;
CREATE INDEX account_number ON account (number);

CREATE TABLE statement (
  id INTEGER PRIMARY KEY,
  document INTEGER NOT NULL REFERENCES document,
  position INTEGER NOT NULL,
  account INTEGER NOT NULL REFERENCES account,
  currency TEXT NOT NULL,
  start TEXT NOT NULL,
  "end" TEXT NOT NULL,
  made TEXT NOT NULL,
  rank TEXT NOT NULL,
  balance INTEGER,
  balance_day TEXT,
  UNIQUE (document, position)
) STRICT;
CREATE INDEX statement_rank ON statement (account, rank);

CREATE TABLE problem (
  document INTEGER NOT NULL REFERENCES document,
  number INTEGER NOT NULL,
  place TEXT NOT NULL,
  is_row INTEGER NOT NULL,
  what TEXT NOT NULL,
  raw TEXT NOT NULL,
  PRIMARY KEY (document, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE merchant (
  id INTEGER PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  seen INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE tx (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  statement INTEGER NOT NULL REFERENCES statement,
  place INTEGER NOT NULL,
  day TEXT NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  merchant INTEGER NOT NULL REFERENCES merchant,
  payee TEXT,
  memo TEXT,
  fitid TEXT,
  kind TEXT,
  "check" TEXT,
  ref TEXT,
  state TEXT NOT NULL
    CHECK (state IN ('posted', 'pending', 'lapsed', 'replaced', 'deleted', 'correction', 'merged')),
  verdict TEXT NOT NULL,
  reason TEXT,
  extra TEXT
) STRICT;
CREATE INDEX tx_fitid ON tx (account, fitid);
CREATE INDEX tx_day ON tx (account, day, amount);
CREATE INDEX tx_merchant ON tx (merchant, day);
CREATE INDEX tx_pending ON tx (account) WHERE state = 'pending';
CREATE INDEX tx_unsure ON tx (id) WHERE verdict = 'unsure';

CREATE TABLE sighting (
  statement INTEGER NOT NULL REFERENCES statement,
  place INTEGER NOT NULL,
  tx INTEGER NOT NULL REFERENCES tx,
  fitid TEXT,
  verdict TEXT NOT NULL,
  reason TEXT,
  PRIMARY KEY (statement, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX sighting_tx ON sighting (tx);
CREATE INDEX sighting_fitid ON sighting (fitid) WHERE verdict = 'renamed';

CREATE TABLE link (
  kind TEXT NOT NULL CHECK (kind IN ('replaces', 'deletes')),
  from_tx INTEGER NOT NULL REFERENCES tx,
  to_tx INTEGER NOT NULL REFERENCES tx,
  PRIMARY KEY (from_tx, to_tx)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_to ON link (to_tx);

CREATE TABLE profile (
  account INTEGER NOT NULL REFERENCES account,
  merchant INTEGER NOT NULL REFERENCES merchant,
  learnt TEXT NOT NULL,
  PRIMARY KEY (account, merchant)
) STRICT, WITHOUT ROWID;
"""

_WATCH = """
CREATE TABLE scam (
  id INTEGER PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
  opened TEXT NOT NULL,
  body TEXT NOT NULL,
  absences INTEGER NOT NULL DEFAULT 0,
  closed_at TEXT,
  closed_why TEXT
) STRICT;

CREATE TABLE scam_event (
  id INTEGER PRIMARY KEY,
  scam INTEGER NOT NULL REFERENCES scam,
  at TEXT NOT NULL,
  what TEXT NOT NULL
) STRICT;
CREATE INDEX scam_event_scam ON scam_event (scam);

CREATE TABLE alert (
  id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('finding', 'review', 'self')),
  subject TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('urgent', 'ask', 'digest')),
  state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'closed')),
  since TEXT NOT NULL,
  changed_at TEXT NOT NULL,
  account INTEGER REFERENCES account,
  scam INTEGER REFERENCES scam,
  owners TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  first_step TEXT NOT NULL,
  deadline TEXT,
  answer TEXT,
  again_at TEXT,
  rung INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX alert_open ON alert (subject) WHERE state = 'open';
CREATE INDEX alert_due ON alert (again_at) WHERE again_at IS NOT NULL;

CREATE TABLE finding (
  id INTEGER PRIMARY KEY,
  alert INTEGER REFERENCES alert,
  tx INTEGER NOT NULL REFERENCES tx,
  rule TEXT NOT NULL,
  level TEXT NOT NULL,
  score REAL NOT NULL,
  reason TEXT NOT NULL,
  scam INTEGER REFERENCES scam,
  confidence REAL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  related TEXT NOT NULL,
  suppressed TEXT,
  undone_at TEXT
) STRICT;
CREATE INDEX finding_alert ON finding (alert);
CREATE INDEX finding_tx ON finding (tx);
CREATE INDEX finding_scam ON finding (scam) WHERE scam IS NOT NULL;

CREATE TABLE decision (
  id INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  by TEXT NOT NULL,
  action TEXT NOT NULL,
  alert INTEGER REFERENCES alert,
  data TEXT NOT NULL,
  undoes INTEGER UNIQUE REFERENCES decision
) STRICT;

CREATE TABLE lesson (
  decision INTEGER NOT NULL REFERENCES decision,
  account INTEGER NOT NULL REFERENCES account,
  merchant TEXT NOT NULL,
  rule TEXT NOT NULL,
  low INTEGER NOT NULL,
  high INTEGER NOT NULL,
  currency TEXT NOT NULL,
  day TEXT NOT NULL,
  undone_at TEXT,
  PRIMARY KEY (decision, account, merchant, rule, currency)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
  id INTEGER PRIMARY KEY,
  alert INTEGER REFERENCES alert,
  person TEXT NOT NULL,
  channel TEXT NOT NULL,
  why TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  priority TEXT NOT NULL CHECK (priority IN ('high', 'default', 'low')),
  state TEXT NOT NULL CHECK (state IN ('queued', 'accepted', 'dropped')),
  made_at TEXT NOT NULL,
  due_at TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  first_failed_at TEXT,
  tried_at TEXT,
  detail TEXT,
  permanent INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX outbox_due ON outbox (due_at) WHERE state = 'queued';
CREATE INDEX outbox_alert ON outbox (alert);

CREATE TABLE source (
  name TEXT PRIMARY KEY,
  state TEXT NOT NULL,
  since TEXT NOT NULL,
  last_event TEXT,
  last_event_at TEXT,
  error TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE schedule (
  name TEXT PRIMARY KEY,
  due_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
"""


# The way of https://sqlite.org/lang_altertable.html, section 7; foreign keys are off meanwhile.
# A CHECK by IN builds its list anew for every row, an OR stops at the first word: it halves the
# cost of a row. What no query needs on the way of a file is no index any more.
_LEAN = """
CREATE TABLE lean (
  id INTEGER PRIMARY KEY,
  account INTEGER NOT NULL REFERENCES account,
  statement INTEGER NOT NULL REFERENCES statement,
  place INTEGER NOT NULL,
  day TEXT NOT NULL,
  amount INTEGER NOT NULL,
  currency TEXT NOT NULL,
  merchant INTEGER NOT NULL REFERENCES merchant,
  payee TEXT,
  memo TEXT,
  fitid TEXT,
  kind TEXT,
  "check" TEXT,
  ref TEXT,
  state TEXT NOT NULL CHECK (state = 'posted' OR state = 'pending' OR state = 'lapsed'
    OR state = 'replaced' OR state = 'deleted' OR state = 'correction' OR state = 'merged'),
  verdict TEXT NOT NULL,
  reason TEXT,
  extra TEXT
) STRICT;
INSERT INTO lean SELECT * FROM tx;
DROP TABLE tx;
ALTER TABLE lean RENAME TO tx;
CREATE INDEX tx_fitid ON tx (account, fitid);
CREATE INDEX tx_day ON tx (account, day, amount);
CREATE INDEX tx_pending ON tx (account) WHERE state = 'pending';
ALTER TABLE sighting ADD COLUMN rows INTEGER NOT NULL DEFAULT 1;
ALTER TABLE account RENAME COLUMN had_pending TO had_claims;
UPDATE account SET had_claims = 1
  WHERE id IN (SELECT account FROM tx WHERE instr(extra, '"corrects"') > 0);
"""


_KEEPING = """
ALTER TABLE document ADD COLUMN dropped_at TEXT;

CREATE TABLE last_done (
  name TEXT PRIMARY KEY,
  at TEXT NOT NULL,
  what TEXT
) STRICT, WITHOUT ROWID;
"""


def first(db: "Database") -> None:
    """Make the ledger and the watch."""
    _run(db, _LEDGER + _WATCH)


def lean(db: "Database") -> None:
    """A leaner ledger; a sighting may speak of several rows in a row (`sighting.rows`).

    Row `place + n` of the statement met transaction `tx + n`, for n from 0 to `rows` - 1.
    """
    _run(db, _LEAN)


def keeping(db: "Database") -> None:
    """Note which documents' copies were let go, and when a backup was last made."""
    _run(db, _KEEPING)


def _run(db: "Database", script: str) -> None:
    for statement in script.split(";\n"):
        if statement.strip():
            db.conn.execute(statement)


MIGRATIONS: tuple[Callable[["Database"], None], ...] = (first, lean, keeping)
VERSION = len(MIGRATIONS)  # PRAGMA user_version of a database that is up to date
