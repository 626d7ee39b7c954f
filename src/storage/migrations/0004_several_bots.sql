-- Several bots may share a database, also while they are brought up to date one after the other: what was written by
-- a newer one is left to it.
ALTER TABLE inbox ADD COLUMN version INT8 NOT NULL DEFAULT 1;
ALTER TABLE chats ADD COLUMN version INT8 NOT NULL DEFAULT 1;
ALTER TABLE outbox ADD COLUMN version INT8 NOT NULL DEFAULT 1;

-- When a request was begun. Whoever takes over a chat waits until it cannot be under way any more.
ALTER TABLE outbox ADD COLUMN begun_at INT8;

-- What was sent to a chat lately, as JSON.
CREATE TABLE pace (
    chat INT8 PRIMARY KEY,
    pace TEXT NOT NULL,
    at INT8 NOT NULL
);

-- What all bots on a database have to know: whose it is, when updates came in last, when messages went out last.
CREATE TABLE signs (
    name TEXT PRIMARY KEY,
    sign TEXT NOT NULL
);
