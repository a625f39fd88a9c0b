-- Format 2. Once released this file is never changed: a new format is a new file.

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
