"""scripts/bench: searchkit beside other search libraries, on the same articles, in one run.

The driver (`__main__`) prepares the articles and the mix of queries, has each engine build and answer in processes of its
own (`worker`), in turns, compares totals before it believes a time (`figures`), and prints ratios (`report`). The
`with_*` modules are the engines; each imports its library only when it is used.
"""
