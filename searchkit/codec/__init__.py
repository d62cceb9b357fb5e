"""How does an index lie on the disk? Arrays in, files out, and back.

Useful for: writing, reading, merging and checking segments. Not useful for: what the texts mean (analysis), which
segments make up an index (indexing), or what Whoosh sees of them (bridge). No Whoosh here.

A segment is one file, `MAIN_<id>.columns`, never changed once it is written. All numbers are little-endian.

    header (64 bytes)   magic "SKITSEG\\n", u32 version, u32 number of sections, u64 place and u64 size of the table,
                        u64 size of the file, u64 xxh3 of the table, u64 xxh3 of the 48 bytes before, 8 zero bytes
    sections            each begins at a multiple of 64; bytes between are zero
    table               64 bytes a section: name (32, zero-padded), type (4), 4 zero bytes, u64 place, u64 size, u64 xxh3

Readers skip sections that they do not know. D are the documents of the segment, P = max(1, ceil(D / 65,536)) its pages,
and for each field T its terms, N its postings, O its occurrences (words of all documents), F its surface forms:

| section               | type      | items     | holds |
|-----------------------|-----------|-----------|-------|
| `summary`             | u1        |           | JSON: documents, and the names of fields and columns by kind |
| `store`               | u1        |           | one zstd frame a document: its record |
| `store.at`            | u1-u8     | D + 1     | where each frame begins |
| `store.runs`          | u4        | 2 each    | from which document on which dictionary holds (0: none, k: number k - 1) |
| `store.dictionaries`  | u1        |           | zstd dictionaries, one after the other; `.at` (u4): where each begins |
| `COLUMN`              | i8, u8    | D         | a number of each document (`date`: microseconds from the year 1 to what is printed; `digest`: xxh3 of the record) |
| `date_offset`         | i4        | D         | seconds by which the clock of the date is ahead of UTC; missing where all are 0 |
| `COLUMN.value`        | u1        |           | distinct texts of a column, sorted; `.at`: where each begins |
| `COLUMN.value.of`     | u1-u8     | D         | 1 + the number of each document's text, 0 for none |
| `COLUMN.value.backwards` | u4     |           | the texts' numbers in the order of their characters read backwards |
| `FIELD`               | u1        |           | terms, sorted; `.at` (T + 1): where each begins; `.backwards` where there are no forms |
| `FIELD.lengths`       | u1-u8     | D         | words of each document |
| `FIELD.postings`      | u1-u8     | T * P + 1 | where the postings of each term in each page begin |
| `FIELD.docs`          | u2        | N         | low 16 bits of the document, ascending in a page |
| `FIELD.tf`            | u1        | N         | how often the term stands there; 255: see `FIELD.tf.large` (u4), at postings `.large.at` (u8) |
| `FIELD.occurrences`   | u1-u8     | T + 1     | where the occurrences of each term begin |
| `FIELD.positions`     | u2        | O         | low 16 bits of the position; the rest in `.large` (u4), at occurrences `.large.at` (u8) |
| `FIELD.forms`         | u1        |           | surface forms, by term and then sorted; `.at`; `.of` (T + 1): the first form of each term; `.wide` (u4): forms two positions wide |
| `FIELD.codes`         | u1        |           | which of its term's forms stands at each occurrence, in 0 to 32 bits (see `packing`) |
| `FIELD.folded`        | u1        |           | distinct folded forms, sorted; `.at`; `.backwards` |
| `FIELD.folded.of`     | u1-u8     |           | where the forms of each folded form begin in `FIELD.folded.forms` (F form numbers) |
| `FIELD.sentences`     | u1        |           | steps to the positions where sentences begin (255: a step, no beginning); `.at` (D + 1) |
| `FIELD.paragraphs`    | u1        |           | the same of paragraphs; `.at` (D + 1) |

A surface form that is two positions wide has a soft hyphen (U+00AD). It is that of a word which a hyphen divides at a line's
end: it stands at the position of its first half, and is not counted in the lengths, as its halves are.
"""
