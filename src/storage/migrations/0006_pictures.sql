-- Under what names Telegram has the pictures of the folder: they are uploaded once.
CREATE TABLE pictures (
    version TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    file_id TEXT NOT NULL,
    at INT8 NOT NULL
);

-- Pictures that cannot be had, of which the owners have heard.
CREATE TABLE missing_pictures (
    name TEXT PRIMARY KEY,
    at INT8 NOT NULL
);
