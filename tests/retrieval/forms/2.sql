-- The only truth. Everything else in the data folder is derived from it.

CREATE TABLE IF NOT EXISTS manifest (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

-- One way of cutting and embedding all articles. 'current' answers; 'building' is being made.
CREATE TABLE IF NOT EXISTS builds (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    state          TEXT NOT NULL CHECK (state IN ('current', 'building')),
    model          TEXT NOT NULL,
    fingerprint    TEXT NOT NULL,
    dimension      INTEGER NOT NULL,
    passage_tokens INTEGER NOT NULL,
    overlap        INTEGER NOT NULL,
    splitter       INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS articles (
    key        INTEGER PRIMARY KEY AUTOINCREMENT,
    collection TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    text       TEXT NOT NULL,
    furniture  BLOB NOT NULL,
    UNIQUE (collection, sha256)
);

-- Where an article was read, and what that place says of it. The same text may stand in several;
-- an id stands for one text.
CREATE TABLE IF NOT EXISTS sources (
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
    seal          BLOB, -- proof.py
    PRIMARY KEY (collection, path, record)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sources_article ON sources (article, path);
CREATE INDEX IF NOT EXISTS sources_id ON sources (id);
CREATE INDEX IF NOT EXISTS sources_published ON sources (published);
CREATE INDEX IF NOT EXISTS sources_language ON sources (collection, language);

-- Files whose every record is stored; a file that is not here is read again.
CREATE TABLE IF NOT EXISTS files (
    collection TEXT NOT NULL,
    path       TEXT NOT NULL,
    sha256     TEXT NOT NULL,
    PRIMARY KEY (collection, path)
) WITHOUT ROWID;

-- What is known of addresses of the web: what a site calls the state of one that stands in
-- "files", and how many articles that brought; or the digest of what a feed told of its entry.
CREATE TABLE IF NOT EXISTS fetched (
    collection TEXT NOT NULL,
    path       TEXT NOT NULL,
    etag       TEXT,
    modified   TEXT,
    entry      TEXT,
    articles   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (collection, path)
) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS sketches (
    hash    INTEGER NOT NULL,
    article INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    PRIMARY KEY (hash, article)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS sketches_article ON sketches (article);

-- Near-duplicates within one collection, each pair in both directions.
CREATE TABLE IF NOT EXISTS near_duplicates (
    article INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    other   INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    PRIMARY KEY (article, other)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS near_duplicates_other ON near_duplicates (other);

CREATE TABLE IF NOT EXISTS passages (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    build     INTEGER NOT NULL REFERENCES builds (id) ON DELETE CASCADE,
    article   INTEGER NOT NULL REFERENCES articles (key) ON DELETE CASCADE,
    ordinal   INTEGER NOT NULL,
    start     INTEGER NOT NULL,
    end       INTEGER NOT NULL,
    sentences BLOB NOT NULL,
    embedding BLOB NOT NULL,
    seal      BLOB -- proof.py
);
CREATE INDEX IF NOT EXISTS passages_article ON passages (article, build, ordinal);
CREATE INDEX IF NOT EXISTS passages_build ON passages (build);

-- Years told in a passage, so that "in 2022" finds them whatever the date of publication.
CREATE TABLE IF NOT EXISTS years (
    year    INTEGER NOT NULL,
    passage INTEGER NOT NULL REFERENCES passages (id) ON DELETE CASCADE,
    PRIMARY KEY (year, passage)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS years_passage ON years (passage);

-- What changed in which generation, so that an index takes in no more than that. Triggers write it
-- down, as rows also go by cascades. The stamps are random: a database that was restored from a
-- backup comes to the same numbers again, with other passages under the same ids.
CREATE TABLE IF NOT EXISTS generations (
    number INTEGER PRIMARY KEY,
    stamp  INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS changes (
    generation INTEGER NOT NULL,
    passage    INTEGER NOT NULL,
    PRIMARY KEY (generation, passage)
) WITHOUT ROWID;

-- An index that is older than the last 100,000 is made anew.
CREATE TRIGGER IF NOT EXISTS generation_begins AFTER UPDATE ON manifest WHEN new.key = 'generation'
BEGIN
    INSERT OR REPLACE INTO generations
        VALUES (CAST(new.value AS INTEGER), random() & 2147483647);
    DELETE FROM generations WHERE number < new.value - 100000;
    DELETE FROM changes WHERE generation < new.value - 100000;
END;

CREATE TRIGGER IF NOT EXISTS passage_comes AFTER INSERT ON passages
BEGIN
    INSERT OR IGNORE INTO changes SELECT value + 1, new.id FROM manifest WHERE key = 'generation';
END;

CREATE TRIGGER IF NOT EXISTS passage_goes AFTER DELETE ON passages
    WHEN EXISTS (SELECT 1 FROM builds WHERE id = old.build)
BEGIN
    INSERT OR IGNORE INTO changes SELECT value + 1, old.id FROM manifest WHERE key = 'generation';
END;

CREATE TRIGGER IF NOT EXISTS place_comes AFTER INSERT ON sources
BEGIN
    INSERT OR IGNORE INTO changes SELECT value + 1, id FROM manifest, passages
        WHERE key = 'generation' AND article = new.article;
END;

CREATE TRIGGER IF NOT EXISTS place_goes AFTER DELETE ON sources
BEGIN
    INSERT OR IGNORE INTO changes SELECT value + 1, id FROM manifest, passages
        WHERE key = 'generation' AND article = old.article;
END;
