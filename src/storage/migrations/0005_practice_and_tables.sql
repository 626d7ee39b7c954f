-- What a round was about, for the table of one topic: `/daily` for the questions that come one a day, `/guess` where
-- people send numbers. None: about everything, or of an earlier version.
ALTER TABLE scores ADD COLUMN topic TEXT;
CREATE INDEX scores_chat ON scores (chat, at);

-- How people answered questions: what practice brings back, and how good a question is.
CREATE TABLE responses (
    person INT8 NOT NULL,
    question TEXT NOT NULL,
    at INT8 NOT NULL,
    is_right INT8 NOT NULL,
    rest INT8,                     -- which part of the round's others they had right, in thousandths; none: no others
    practised INT8 NOT NULL,       -- in practice, where the question is known
    PRIMARY KEY (person, question, at)
);
CREATE INDEX responses_at ON responses (at);

-- Who wants none of their answers kept: `/practice off`.
CREATE TABLE without_practice (
    person INT8 PRIMARY KEY
);
