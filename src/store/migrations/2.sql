-- Format 2: what is wrong together is one incident, and one incident is one card in each chat; and what is learnt of a
-- series outlives the process.

-- `changed` and `ended` are those of the body.
CREATE TABLE incidents (
  number  INTEGER PRIMARY KEY AUTOINCREMENT,
  opened  INTEGER NOT NULL,
  changed INTEGER NOT NULL,
  ended   INTEGER,
  body    TEXT    NOT NULL
) STRICT;
CREATE INDEX incidents_open   ON incidents (number) WHERE ended IS NULL;
CREATE INDEX incidents_ended  ON incidents (ended) WHERE ended IS NOT NULL;
CREATE INDEX incidents_opened ON incidents (opened);

-- What happened to it and what was told of it: rows are added and never changed.
CREATE TABLE entries (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  incident INTEGER NOT NULL,
  at       INTEGER NOT NULL,
  body     TEXT    NOT NULL
) STRICT;
CREATE INDEX entries_incident ON entries (incident);

-- Which message shows which incident. `former` is an earlier card that still stands above it.
DROP TABLE told;
CREATE TABLE cards (
  chat       INTEGER NOT NULL,
  thread     INTEGER,
  incident   INTEGER NOT NULL,
  message    INTEGER NOT NULL,
  generation INTEGER NOT NULL,
  at         INTEGER NOT NULL,
  former     INTEGER
) STRICT;
CREATE UNIQUE INDEX cards_place ON cards (incident, chat, ifnull(thread, -1));

-- A parcel with an incident carries its card, as it is when it is told. ring: 0 edit, 1 new and silent, 2 new.
ALTER TABLE parcels ADD COLUMN incident INTEGER;
ALTER TABLE parcels ADD COLUMN ring INTEGER;
CREATE INDEX parcels_incident ON parcels (incident) WHERE incident IS NOT NULL AND state < 2;

-- What a mute is more than its end: whether what is critical waits too, whether what it holds back goes to the next
-- digest, and why, in somebody's own words.
ALTER TABLE mutes ADD COLUMN critical INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mutes ADD COLUMN digest INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mutes ADD COLUMN reason TEXT;

-- What a rule has learnt of a series, in its own format; up to 36 KiB each.
CREATE TABLE learnt (
  rule   TEXT    NOT NULL,
  series TEXT    NOT NULL,
  at     INTEGER NOT NULL,
  body   BLOB    NOT NULL,
  PRIMARY KEY (rule, series)
) STRICT;

-- What a person has called normal.
CREATE TABLE normals (
  rule   TEXT    NOT NULL,
  series TEXT    NOT NULL,
  low    REAL    NOT NULL,
  high   REAL    NOT NULL,
  at     INTEGER NOT NULL,
  person INTEGER NOT NULL,
  PRIMARY KEY (rule, series)
) STRICT;
