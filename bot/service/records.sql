-- What the bot keeps: what was asked, and where in the articles the answers stand. No article's
-- text is here, and nothing of people but their ids, what they asked and which articles they added.

-- A reply goes when its time is over, but stays for ``quoth feedback`` while a vote holds it.
CREATE TABLE IF NOT EXISTS replies (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    key        TEXT NOT NULL UNIQUE,
    guild      INTEGER,           -- NULL: a direct message
    channel    INTEGER NOT NULL,
    user       INTEGER NOT NULL,
    private    INTEGER NOT NULL,  -- 1: only the asker sees it
    message    INTEGER,           -- the message that shows it
    question   TEXT NOT NULL,     -- JSON, as all text here: it may hold what UTF-8 can't
    filters    TEXT NOT NULL,
    previous   TEXT NOT NULL,     -- each turn before, by its reply's key where that is kept
    turn       TEXT NOT NULL,
    reply      TEXT NOT NULL,
    generation INTEGER NOT NULL,
    asked      TEXT NOT NULL      -- UTC, always with microseconds: sorts as text
);
CREATE INDEX IF NOT EXISTS replies_user ON replies (user);
CREATE INDEX IF NOT EXISTS replies_guild ON replies (guild);
CREATE INDEX IF NOT EXISTS replies_channel ON replies (channel);
CREATE INDEX IF NOT EXISTS replies_message ON replies (message);
CREATE INDEX IF NOT EXISTS replies_turn ON replies (turn);
CREATE INDEX IF NOT EXISTS replies_asked ON replies (asked);

CREATE TABLE IF NOT EXISTS votes (
    about INTEGER NOT NULL REFERENCES replies (id) ON DELETE CASCADE,
    voter INTEGER NOT NULL,
    up    INTEGER NOT NULL,
    voted TEXT NOT NULL,
    PRIMARY KEY (about, voter)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS votes_voter ON votes (voter);

CREATE TABLE IF NOT EXISTS guilds (
    guild   INTEGER PRIMARY KEY,
    caution TEXT,
    private INTEGER NOT NULL DEFAULT 0,
    gone    TEXT  -- since when the bot is no member any more
);

CREATE TABLE IF NOT EXISTS channels (
    guild   INTEGER NOT NULL,
    channel INTEGER NOT NULL,
    allowed INTEGER NOT NULL,
    PRIMARY KEY (guild, channel)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS roles (
    guild   INTEGER NOT NULL,
    role    INTEGER NOT NULL,
    allowed INTEGER NOT NULL,
    PRIMARY KEY (guild, role)
) WITHOUT ROWID;

-- Who added a tenant's article that stands in the index with this hash.
CREATE TABLE IF NOT EXISTS adders (
    guild   INTEGER NOT NULL,
    article TEXT NOT NULL,
    sha256  TEXT NOT NULL,
    user    INTEGER NOT NULL,
    day     TEXT NOT NULL,
    PRIMARY KEY (guild, article)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS adders_user ON adders (user);

-- Who was told that an answer comes, and has none yet: where it was asked, and nothing of what.
CREATE TABLE IF NOT EXISTS waiting (
    asked   INTEGER PRIMARY KEY,  -- the id of the interaction or message that asks
    guild   INTEGER,
    channel INTEGER NOT NULL,
    token   TEXT,                 -- by which an interaction is answered; NULL: a message
    since   TEXT NOT NULL
);

-- How often a person may ask, where several processes count together.
CREATE TABLE IF NOT EXISTS buckets (
    user    INTEGER PRIMARY KEY,
    full_at REAL NOT NULL,  -- seconds since 1970
    wait    REAL NOT NULL   -- what was told last: 0, or seconds until one more may be asked
);

-- The command tree that Discord was last told, as a hash: one row at most.
CREATE TABLE IF NOT EXISTS commands (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    hash TEXT NOT NULL
);

-- The file's name, and how often it was written: beside it stands how far that is known, so that a
-- loss shows (retrieval/store/mark.py).
CREATE TABLE IF NOT EXISTS state (
    one        INTEGER PRIMARY KEY CHECK (one = 1),
    identity   TEXT NOT NULL,
    generation INTEGER NOT NULL
);
INSERT OR IGNORE INTO state VALUES (1, lower(hex(randomblob(4))), 0);
