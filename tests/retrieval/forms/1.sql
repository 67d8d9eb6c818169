-- The only truth. Everything else in the data folder is derived from it.

CREATE TABLE manifest (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- One way of cutting and embedding all articles. 'current' answers; 'building' is being made.
CREATE TABLE builds (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    state          TEXT NOT NULL CHECK (state IN ('current', 'building')),
    model          TEXT NOT NULL,
    fingerprint    TEXT NOT NULL,
    dimension      INTEGER NOT NULL,
    passage_tokens INTEGER NOT NULL,
    overlap        INTEGER NOT NULL,
    splitter       INTEGER NOT NULL
);

CREATE TABLE articles (
    key        INTEGER PRIMARY KEY AUTOINCREMENT,
    collection TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    text       TEXT NOT NULL,
    furniture  BLOB NOT NULL,
    UNIQUE (collection, sha256)
);

-- Where an article was read, and what that place says of it. The same text may stand in several;
-- an id stands for one text.
CREATE TABLE sources (
    collection    TEXT NOT NULL,
    path          TEXT NOT NULL,
    record        TEXT NOT NULL,
    article       INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    id            TEXT NOT NULL,
    title         TEXT NOT NULL,
    publisher     TEXT,
    publisher_key TEXT,
    published     TEXT,
    language      TEXT,
    url           TEXT,
    PRIMARY KEY (collection, path, record)
) WITHOUT ROWID;
CREATE INDEX sources_article ON sources (article, path);
CREATE INDEX sources_id ON sources (id);
CREATE INDEX sources_published ON sources (published);

-- Files whose every record is stored; a file that is not here is read again.
CREATE TABLE files (
    collection TEXT NOT NULL,
    path       TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    PRIMARY KEY (collection, path)
) WITHOUT ROWID;

CREATE TABLE sketches (
    hash    INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    PRIMARY KEY (hash, article)
) WITHOUT ROWID;
CREATE INDEX sketches_article ON sketches (article);

-- Near-duplicates within one collection, each pair in both directions.
CREATE TABLE near_duplicates (
    article INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    other   INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    PRIMARY KEY (article, other)
) WITHOUT ROWID;
CREATE INDEX near_duplicates_other ON near_duplicates (other);

CREATE TABLE passages (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    build     INTEGER NOT NULL REFERENCES builds (id) ON DELETE CASCADE,
    article   INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    ordinal   INTEGER NOT NULL,
    start     INTEGER NOT NULL,
    end       INTEGER NOT NULL,
    sentences BLOB NOT NULL,
    embedding BLOB NOT NULL
);
CREATE INDEX passages_article ON passages (article, build, ordinal);
CREATE INDEX passages_build ON passages (build);

-- Years told in a passage, so that "in 2022" finds them whatever the date of publication.
CREATE TABLE years (
    year    INTEGER NOT NULL,
    passage INTEGER NOT NULL REFERENCES passages (id) ON DELETE CASCADE,
    PRIMARY KEY (year, passage)
) WITHOUT ROWID;
CREATE INDEX years_passage ON years (passage);
