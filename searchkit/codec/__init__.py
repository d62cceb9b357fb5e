"""Writes, reads, merges and verifies segments: how an index lies on the disk.

Useful for: everything about the bytes of a segment. Not useful for: what the texts mean (analysis),
which segments make up an index (indexing), or what Whoosh sees of them (bridge). No Whoosh here.

A segment is one file, `MAIN_<id>.columns`, never changed once it is written. All numbers are
little-endian.

    header (64 bytes)   magic "SKITSEG\\n", u32 version, u32 number of sections, u64 offset and u64
    size of the table,
                        u64 size of the file, u64 xxh3 of the table, u64 xxh3 of the 48 bytes
                        before, 8 zero bytes
    sections            each begins at a multiple of 64; the bytes between are zero table
    64 bytes for each section: name (32, zero-padded), type (4), 4 zero bytes, u64 offset, u64 size,
    u64 xxh3

Readers skip sections that they do not know. D is the number of documents of the segment, B = max(1,
ceil(D / 65,536)) that of its blocks of 65,536 documents, and for each field T is the number of its
terms, N of its postings, O of its occurrences (the tokens of all documents) and F of its surface
forms:

| section               | type      | items     | holds |
|-----------------------|-----------|-----------|-------|
| `summary`             | u1        |           | JSON: documents, and the names of fields and columns by kind |
| `store`               | u1        |           | the stored fields: one zstd frame for each document |
| `store.at`            | u1-u8     | D + 1     | where each frame begins |
| `store.runs`          | u4        | 2 each    | a first document, and the dictionary from there on (0: none, k: number k - 1) |
| `store.dictionaries`  | u1        |           | zstd dictionaries, one after the other; `.at` (u4): where each begins |
| `COLUMN`              | i8, u8    | D         | a number of each document (`date`: microseconds from the year 1 to the printed date and time; `digest`: xxh3 of the record) |
| `date_offset`         | i4        | D         | seconds by which the date's clock is ahead of UTC; missing where all are 0 |
| `COLUMN.value`        | u1        |           | distinct texts of a column, sorted; `.at`: where each begins |
| `COLUMN.value.of`     | u1-u8     | D         | 1 + the number of each document's text; 0: none |
| `COLUMN.value.backwards` | u4     |           | the numbers of the texts, sorted by their reversed characters |
| `FIELD`               | u1        |           | terms, sorted; `.at` (T + 1): where each begins; `.backwards` where there are no forms |
| `FIELD.lengths`       | u1-u8     | D         | the number of words of each document |
| `FIELD.postings`      | u1-u8     | T * B + 1 | where the postings of each term in each block begin |
| `FIELD.docs`          | u2        | N         | low 16 bits of the document, ascending in a block |
| `FIELD.tf`            | u1        | N         | the term's frequency in the document; 255: see `FIELD.tf.large` (u4), at postings `.large.at` (u8) |
| `FIELD.occurrences`   | u1-u8     | T + 1     | where the occurrences of each term begin |
| `FIELD.positions`     | u2        | O         | low 16 bits of the position; the others in `.large` (u4), at occurrences `.large.at` (u8) |
| `FIELD.forms`         | u1        |           | surface forms, sorted by term and then by text; `.at`; `.of` (T + 1): the first form of each term; `.wide` (u4): forms of divided words |
| `FIELD.codes`         | u1        |           | which of its term's forms stands at each occurrence, in 0 to 32 bits (see `packing`) |
| `FIELD.folded`        | u1        |           | distinct folded texts of the forms, sorted; `.at`; `.backwards` |
| `FIELD.folded.of`     | u1-u8     |           | where the forms of each folded text begin in `FIELD.folded.forms` (F form numbers) |
| `FIELD.sentences`     | u1        |           | steps to the positions where sentences begin (255: a step at whose end none begins); `.at` (D + 1) |
| `FIELD.paragraphs`    | u1        |           | the same for paragraphs; `.at` (D + 1) |
| `FIELD.quotations`    | u1        |           | the same for the first and the last word of each quotation, in turns; `.at` (D + 1); only where there are forms |

A divided word is one that a hyphen divides at a line's end. Its form has a soft hyphen (U+00AD)
where it was divided. It stands at the position of the first half, reaches to that of the second,
and is not counted in the lengths, because its halves are.
"""
