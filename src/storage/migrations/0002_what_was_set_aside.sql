-- What it is that was set aside: an update, an event of the bot's own, a timer, or the state of a chat.
ALTER TABLE set_aside ADD COLUMN what TEXT NOT NULL DEFAULT 'update';
UPDATE set_aside SET what = CASE
    WHEN event = '' THEN 'timer'
    WHEN reason LIKE 'unreadable state: %' THEN 'state'
    ELSE 'event'
END WHERE update_id IS NULL;
