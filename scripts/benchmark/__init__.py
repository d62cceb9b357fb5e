"""scripts/bench: compares searchkit with other search libraries, on the same articles, in one run.

The driver (`__main__`) prepares the articles and the mix of queries. It has each engine build and
search in processes of its own (`worker`), in turns, compares times only where totals agree
(`figures`), and prints ratios (`report`). The `with_*` modules are the engines; each imports its
library only when it is used.
"""
