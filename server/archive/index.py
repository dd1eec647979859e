"""The index of a release: one SQLite file, made by the build, for lists and for search."""

import sqlite3
from pathlib import Path

from server.errors import BadSource

INDEX = "search.db"
# What stands in lists, in their cells and among their filters are things with numbers; only what is listed
# has a `slug`. `field`: a column or a filter of one list; without a shape it is the name. `position`: the
# order by one field. `choice`: a value to narrow a list by, and `mark` which things have it. `span`: days
# that a date may mean.
TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE thing (number INTEGER PRIMARY KEY, iri TEXT NOT NULL, slug TEXT NOT NULL,
  place REAL NOT NULL);
CREATE TABLE title (thing INTEGER, lang TEXT, text TEXT, tag TEXT, moment TEXT, brief TEXT,
  PRIMARY KEY (thing, lang)) WITHOUT ROWID;
CREATE TABLE list (slug TEXT PRIMARY KEY, count INTEGER, newest INTEGER) WITHOUT ROWID;
CREATE TABLE field (number INTEGER PRIMARY KEY, slug TEXT, shape TEXT, shown INTEGER, linked INTEGER,
  filter INTEGER, dated INTEGER);
CREATE TABLE cell (thing INTEGER, field INTEGER, number INTEGER, target INTEGER, text TEXT, tag TEXT,
  datatype TEXT,  PRIMARY KEY (thing, field, number)) WITHOUT ROWID;
CREATE TABLE speaker (thing INTEGER, claimant INTEGER, PRIMARY KEY (thing, claimant)) WITHOUT ROWID;
CREATE TABLE position (field INTEGER, lang TEXT, empty INTEGER, number INTEGER, thing INTEGER,
  PRIMARY KEY (field, lang, empty, number)) WITHOUT ROWID;
CREATE TABLE choice (number INTEGER PRIMARY KEY, field INTEGER, name TEXT, target INTEGER, text TEXT,
  tag TEXT, datatype TEXT, count INTEGER);
CREATE UNIQUE INDEX choice_name ON choice (field, name);
CREATE TABLE mark (choice INTEGER, thing INTEGER, PRIMARY KEY (choice, thing)) WITHOUT ROWID;
CREATE TABLE span (field INTEGER, thing INTEGER, low TEXT, high TEXT,
  PRIMARY KEY (field, thing, low, high)) WITHOUT ROWID;
CREATE VIRTUAL TABLE text USING fts5(names, words, tokenize = 'unicode61 remove_diacritics 2', prefix = '3');
"""
# What is made when all rows are in.
LAST = """
CREATE INDEX mark_thing ON mark (thing, choice);
INSERT INTO text (text) VALUES ('optimize');
ANALYZE;
"""


def opened(path: Path) -> sqlite3.Connection:
    """A connection that cannot write. Raises BadSource when the release has no index."""
    if not path.is_file():
        raise BadSource(f"{path} is missing; run `praleska build` again.")
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
