"""The references in `docs/`, generated from the code. `scripts/reference` writes them."""
