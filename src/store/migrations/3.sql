-- Format 3: the audit says in one word how something ended, and what was begun is held against its end.

-- What earlier releases wrote has its end in `outcome`, in words.
ALTER TABLE audit ADD COLUMN code TEXT NOT NULL DEFAULT 'earlier';
-- The number of the line that said that it begins.
ALTER TABLE audit ADD COLUMN begun INTEGER;
CREATE INDEX audit_begun ON audit (begun) WHERE begun IS NOT NULL;
CREATE TRIGGER audit_stands BEFORE UPDATE ON audit
BEGIN
  SELECT RAISE(ABORT, 'what the audit says is never changed');
END;
