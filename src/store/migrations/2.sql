-- What a mute is more than its end: whether what is critical waits too, whether what it holds back goes to the next
-- digest, and why, in somebody's own words.
ALTER TABLE mutes ADD COLUMN critical INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mutes ADD COLUMN digest INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mutes ADD COLUMN reason TEXT;
