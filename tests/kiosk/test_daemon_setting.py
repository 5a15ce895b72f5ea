"""The daemon's socket in the config: empty for a store without a head office, else beside the config file."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.config import BadSetting, UnknownSetting, read_config
from kiosk.services.set_up import CONFIG_TEMPLATE
from kiosk.uplink import GrantOutcome, NoDaemon, SyncDaemon
from kiosk.wiring import daemon_at


@pytest.mark.parametrize("text", ["", '[kiosk]\ndaemon = ""\n', CONFIG_TEMPLATE])
def test_a_store_without_a_head_office_names_no_daemon(tmp_path: Path, text: str) -> None:
    config = read_config(text, tmp_path / "kiosk.toml")
    assert config.daemon is None
    assert isinstance(daemon_at(config.daemon), NoDaemon)


def test_a_daemon_is_named_by_its_socket_from_the_folder_of_the_config(tmp_path: Path) -> None:
    config = read_config('[kiosk]\ndaemon = "state/syncd.sock"\n', tmp_path / "kiosk.toml")
    assert config.daemon == tmp_path / "state" / "syncd.sock"
    asking = daemon_at(config.daemon)
    assert isinstance(asking, SyncDaemon)
    assert asking.grant("0" * 26, "m1", 1).outcome is GrantOutcome.OFFLINE


def test_a_mistyped_key_is_named_with_the_one_it_was_meant_to_be(tmp_path: Path) -> None:
    with pytest.raises(UnknownSetting) as unknown:
        read_config('[kiosk]\ndeamon = "state/syncd.sock"\n', tmp_path / "kiosk.toml")
    assert unknown.value.nearest == "kiosk.daemon"
    with pytest.raises(BadSetting):
        read_config("[kiosk]\ndaemon = true\n", tmp_path / "kiosk.toml")
