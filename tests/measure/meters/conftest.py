"""What tests of meters share."""

import pytest

from tests.measure.meters.stand_in import StandIn, compile_stand_in


@pytest.fixture(scope="session")
def stand_in(tmp_path_factory: pytest.TempPathFactory) -> StandIn:
    """The stand-in for NVML, compiled once per session."""
    return compile_stand_in(tmp_path_factory.mktemp("stand_in"))


@pytest.fixture(scope="session")
def old_driver(tmp_path_factory: pytest.TempPathFactory) -> StandIn:
    """The same without what only newer drivers have."""
    return compile_stand_in(tmp_path_factory.mktemp("stand_in"), old_driver=True)
