-- Types and statements are those that SQLite and Postgres both take.
-- Times are milliseconds since 1970; JSON is text.

-- What arrived. A row that is done keeps its update_id for a while, so that a repeated delivery vanishes.
CREATE TABLE inbox (
    seq INT8 PRIMARY KEY,
    update_id INT8 UNIQUE,         -- none: an event of the bot's own
    chat INT8,                     -- none: a vote in a poll whose id is not known yet
    poll TEXT,                     -- a vote: the poll's id
    moved_from INT8,               -- the group became a supergroup: its former id
    received_at INT8 NOT NULL,
    done_at INT8,
    event TEXT NOT NULL
);
CREATE INDEX inbox_waiting ON inbox (seq) WHERE done_at IS NULL;
CREATE INDEX inbox_parked ON inbox (poll) WHERE chat IS NULL;

-- What a step could not take, for the operator.
CREATE TABLE set_aside (
    seq INT8 PRIMARY KEY,
    update_id INT8,
    chat INT8,
    at INT8 NOT NULL,
    reason TEXT NOT NULL,
    event TEXT NOT NULL
);

CREATE TABLE chats (
    chat INT8 PRIMARY KEY,
    state TEXT NOT NULL,
    due_at INT8
);
CREATE INDEX chats_due ON chats (due_at) WHERE due_at IS NOT NULL;

-- Groups that became supergroups: what was under way to the former id belongs to the new one.
CREATE TABLE moves (
    chat INT8 PRIMARY KEY,
    moved_to INT8 NOT NULL
);

-- What is still to be sent, in the order of its chat.
CREATE TABLE outbox (
    seq INT8 PRIMARY KEY,
    chat INT8 NOT NULL,
    created_at INT8 NOT NULL,
    outgoing TEXT NOT NULL
);
CREATE INDEX outbox_chat ON outbox (chat);

-- The message that was sent under a key of a chat.
CREATE TABLE sent (
    chat INT8 NOT NULL,
    key TEXT NOT NULL,
    message INT8 NOT NULL,
    at INT8 NOT NULL,
    PRIMARY KEY (chat, key)
);
CREATE INDEX sent_message ON sent (chat, message);

-- Telegram's id of a poll: votes name nothing else.
CREATE TABLE polls (
    poll TEXT PRIMARY KEY,
    chat INT8 NOT NULL,
    key TEXT NOT NULL,
    at INT8 NOT NULL
);

CREATE TABLE players (
    person INT8 PRIMARY KEY,
    name TEXT NOT NULL
);
CREATE TABLE scores (
    chat INT8 NOT NULL,
    round TEXT NOT NULL,
    person INT8 NOT NULL,
    thread INT8,
    n_right INT8 NOT NULL,
    n_asked INT8 NOT NULL,
    total_ms INT8 NOT NULL,
    at INT8 NOT NULL,
    PRIMARY KEY (chat, round, person)
);
CREATE INDEX scores_person ON scores (person);

-- One thumb per person and answer; a message may show one answer after another.
CREATE TABLE feedback (
    chat INT8 NOT NULL,
    message INT8 NOT NULL,
    person INT8 NOT NULL,
    entry TEXT NOT NULL,
    up INT8 NOT NULL,
    at INT8 NOT NULL,
    PRIMARY KEY (chat, message, person, entry)
);
CREATE INDEX feedback_person ON feedback (person);

-- Questions without their askers.
CREATE TABLE misses (
    question TEXT PRIMARY KEY,
    why TEXT NOT NULL,
    n INT8 NOT NULL,
    first_at INT8 NOT NULL,
    last_at INT8 NOT NULL,
    settled_at INT8
);

-- How often something happened on a day: an outcome of a question (about which entry), or a finished round.
CREATE TABLE counts (
    day TEXT NOT NULL,
    what TEXT NOT NULL,
    entry TEXT NOT NULL,
    n INT8 NOT NULL,
    PRIMARY KEY (day, what, entry)
);
