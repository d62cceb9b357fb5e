"""The rows of formats of tables and records, whose fields are found by the names of columns and
keys."""

from __future__ import annotations

from searchkit.corpus.document_signatures import is_xlsx
from searchkit.corpus.format_row import Format

SQLITE_JOURNALS = ("-wal", "-journal")
TABLES = (
    Format(
        "xml",
        "XML of other kinds: records with the names of their fields, or a single document",
        (".xml",),
        "searchkit.corpus.readers.generic_xml:read_xml",
        "stream",
        "by-record",
        options=("map",),
        extra="xml",
    ),
    Format(
        "csv",
        "CSV and TSV: one article per row of a table, under the names of its columns",
        (".csv", ".tsv", ".tab"),
        "searchkit.corpus.readers.csv_tables:read_csv",
        "blocks",
        "by-record",
        options=("map",),
    ),
    Format(
        "jsonl",
        "JSON lines: one article per line, under the keys of its fields",
        (".jsonl", ".ndjson", ".jl"),
        "searchkit.corpus.readers.jsonl:read_jsonl",
        "lines",
        "by-record",
        options=("map",),
    ),
    Format(
        "json",
        "JSON: an array of articles, an object that holds one, or an object per file",
        (".json",),
        "searchkit.corpus.readers.json_documents:read_json",
        "blocks",
        "by-record",
        options=("map",),
    ),
    Format(
        "parquet",
        "Parquet: one article per row",
        (".parquet", ".parq", ".pq"),
        "searchkit.corpus.readers.parquet_tables:read_parquet",
        "file",
        "by-record",
        options=("map",),
        extra="parquet",
        signature=lambda start: start.startswith((b"PAR1\x15", b"PARE")),
    ),
    Format(
        "xlsx",
        "Excel: the rows of the sheets of a workbook",
        (".xlsx", ".xlsm"),
        "searchkit.corpus.readers.excel_tables:read_xlsx",
        "file",
        "by-record",
        options=("map",),
        extra="excel",
        signature=is_xlsx,
        is_zip=True,
    ),
    Format(
        "xls",
        "Excel 97 to 2003: the rows of the sheets of a workbook",
        (".xls",),
        "searchkit.corpus.readers.excel_tables:read_xls",
        "file",
        "by-record",
        options=("map",),
        extra="excel",
    ),
    Format(
        "sqlite",
        "SQLite: the rows of a table or query of a database",
        (".sqlite", ".sqlite3", ".db", ".db3"),
        "searchkit.corpus.readers.sqlite_tables:read_sqlite",
        "file",
        "by-record",
        options=("map", "query"),
        signature=lambda start: start.startswith(b"SQLite format 3\0"),
        journals=SQLITE_JOURNALS,
    ),
)
