-- What waits is read chat by chat.
CREATE INDEX inbox_chat ON inbox (chat, seq) WHERE done_at IS NULL;
DROP INDEX inbox_waiting;
