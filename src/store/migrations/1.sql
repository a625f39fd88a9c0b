-- Format 1. Once released this file is never changed: a new format is a new file.
-- Times are milliseconds since 1970, UTC.

-- Names of series. `last` is the newest value that has left `fresh`.
CREATE TABLE series (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  metric  TEXT    NOT NULL,
  subject TEXT    NOT NULL,
  last    INTEGER NOT NULL,
  UNIQUE (metric, subject)
) STRICT;

-- Samples as they arrive, one row for each moment: id = ten minutes since 1970 << 24 | row.
CREATE TABLE fresh   (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
-- One row for each stretch of one series: id = stretch since 1970 << 24 | series. What a body is: chunk.rs.
CREATE TABLE raw     (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT; -- stretches of 10 minutes
CREATE TABLE minutes (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT; -- stretches of an hour
CREATE TABLE hours   (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT; -- stretches of two days

CREATE TABLE alerts (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  rule   TEXT    NOT NULL,
  series TEXT    NOT NULL,
  since  INTEGER NOT NULL,
  fired  INTEGER,
  ended  INTEGER,
  body   TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX alerts_open  ON alerts (rule, series) WHERE ended IS NULL;
CREATE INDEX        alerts_fired ON alerts (fired) WHERE fired IS NOT NULL;
CREATE INDEX        alerts_ended ON alerts (ended) WHERE ended IS NOT NULL;

-- `shown` is the alert as it was at a step that is news; `told` is 1 once its parcels are written or it needs none.
CREATE TABLE transitions (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  alert      INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  step       TEXT    NOT NULL,
  told       INTEGER NOT NULL,
  body       TEXT    NOT NULL,
  shown      TEXT
) STRICT;
CREATE INDEX transitions_alert  ON transitions (alert);
CREATE INDEX transitions_untold ON transitions (id) WHERE told = 0;

-- state: 0 waiting, 1 sending, 2 delivered, 3 refused.
CREATE TABLE parcels (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  chat       INTEGER NOT NULL,
  thread     INTEGER,
  urgent     INTEGER NOT NULL,
  made       INTEGER NOT NULL,
  notice     TEXT    NOT NULL,
  transition INTEGER,
  state      INTEGER NOT NULL,
  attempts   INTEGER NOT NULL,
  next_try   INTEGER NOT NULL,
  uncertain  INTEGER NOT NULL,
  why        TEXT,
  message    INTEGER,
  ended      INTEGER
) STRICT;
CREATE INDEX        parcels_open ON parcels (chat, urgent DESC, id) WHERE state < 2;
CREATE INDEX        parcels_ended ON parcels (ended) WHERE ended IS NOT NULL;
CREATE UNIQUE INDEX parcels_once ON parcels (transition, chat, ifnull(thread, -1)) WHERE transition IS NOT NULL;

-- Which message shows which alert.
CREATE TABLE told (
  chat       INTEGER NOT NULL,
  thread     INTEGER,
  message    INTEGER NOT NULL,
  alert      INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  PRIMARY KEY (chat, message)
) STRICT;
CREATE INDEX told_alert ON told (alert);

CREATE TABLE heals (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE INDEX heals_at ON heals (at);

-- outcome: 0 running, 1 ok, 2 failed, 3 timed out, 4 panicked, 5 skipped, 6 interrupted.
CREATE TABLE runs (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  job      TEXT    NOT NULL,
  due      INTEGER NOT NULL,
  started  INTEGER NOT NULL,
  finished INTEGER,
  outcome  INTEGER NOT NULL,
  why      TEXT
) STRICT;
CREATE INDEX runs_job     ON runs (job, id);
CREATE INDEX runs_running ON runs (id) WHERE outcome = 0;
-- What outlives the pruning of runs.
CREATE TABLE jobs (job TEXT PRIMARY KEY, due INTEGER NOT NULL, skipped INTEGER NOT NULL) STRICT;

CREATE TABLE audit (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  at      INTEGER NOT NULL,
  who     TEXT    NOT NULL,
  what    TEXT    NOT NULL,
  target  TEXT    NOT NULL,
  outcome TEXT    NOT NULL
) STRICT;
CREATE INDEX audit_at ON audit (at);

CREATE TABLE buttons (
  key        TEXT PRIMARY KEY,
  person     INTEGER,
  chat       INTEGER NOT NULL,
  thread     INTEGER,
  action     TEXT    NOT NULL,
  generation INTEGER NOT NULL,
  expires    INTEGER NOT NULL
) STRICT;
CREATE INDEX buttons_expires ON buttons (expires);

CREATE TABLE mutes (scope TEXT PRIMARY KEY, until INTEGER NOT NULL, person INTEGER, made INTEGER NOT NULL) STRICT;
CREATE TABLE people (person INTEGER PRIMARY KEY, language TEXT, chat INTEGER, seen INTEGER NOT NULL) STRICT;
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
