"""The engine that keeps an archive in an OpenSearch cluster."""
