"""The index of a release: one SQLite file, made by the build, for lists and for search."""

import sqlite3
from contextlib import closing
from pathlib import Path

from server.errors import StoreUnavailable

INDEX = "search.db"
# What stands in lists, in their cells and among their filters are things with numbers; only what is listed
# has a `slug`. `field`: a column or a filter of one list; without a shape it is the name. `position`: the
# order by one field. `choice`: a value to narrow a list by, and `mark` which things have it. `span`: days
# that a date may mean. `stretch`: from when to when a thing went on. `panel`: an overview of one thing, and
# `panel_name` what its rows mention.
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
CREATE TABLE stretch (field INTEGER, thing INTEGER, start_min TEXT, start_max TEXT, end_min TEXT,
  end_max TEXT, PRIMARY KEY (field, thing)) WITHOUT ROWID;
CREATE TABLE panel (slug TEXT, thing TEXT, total INTEGER, lines TEXT, PRIMARY KEY (slug, thing))
  WITHOUT ROWID;
CREATE TABLE panel_name (iri TEXT, lang TEXT, text TEXT, tag TEXT, moment TEXT, PRIMARY KEY (iri, lang))
  WITHOUT ROWID;
CREATE VIRTUAL TABLE text USING fts5(names, words, tokenize = 'unicode61 remove_diacritics 2', prefix = '3');
"""
# What is made when all rows are in.
LAST = """
CREATE INDEX mark_thing ON mark (thing, choice);
INSERT INTO text (text) VALUES ('optimize');
ANALYZE;
"""


def opened(path: Path) -> sqlite3.Connection:
    """A connection that cannot write. Raises StoreUnavailable when the index has gone.

    A release without one is not served: this one was emptied a moment ago, and the next takes its place."""
    if not path.is_file():
        raise StoreUnavailable("Another release is about to be served; try again in a moment.")
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)


def fits(path: Path) -> bool:
    """Whether the index at `path` is there, with the tables that this version of the software reads."""
    if not path.is_file():
        return False
    with closing(opened(path)) as index, closing(sqlite3.connect(":memory:")) as wanted:
        wanted.executescript(TABLES)
        try:
            return _definitions(wanted) <= _definitions(index)
        except sqlite3.DatabaseError:
            return False


def _definitions(index: sqlite3.Connection) -> set[str]:
    return {text for (text,) in index.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL")}
