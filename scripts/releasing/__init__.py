"""What `scripts/release` does: checks, builds and tries a release. It neither tags nor pushes."""
