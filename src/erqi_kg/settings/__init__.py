"""The settings: one definition makes the environment, the TOML file, the checks and the docs.

A value comes from the environment (`ERQI_…`), else from the TOML file named by
`ERQI_SETTINGS`, else from the default in the module of its subject.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from erqi_kg.settings.citing import CitingSettings
from erqi_kg.settings.federating import FederatingSettings
from erqi_kg.settings.querying import QueryingSettings
from erqi_kg.settings.reading import SETTINGS_FILE_VARIABLE, read_values, variable_name
from erqi_kg.settings.remote import RemoteSettings
from erqi_kg.settings.serving import ServingSettings
from erqi_kg.settings.storing import StoringSettings
from erqi_kg.settings.writing import WritingSettings

__all__ = ["SETTINGS_FILE_VARIABLE", "Settings", "settings_table", "variable_name"]

PLAIN_DIR = "plain"


@dataclass(frozen=True)
class Settings(
    RemoteSettings,
    FederatingSettings,
    CitingSettings,
    WritingSettings,
    QueryingSettings,
    ServingSettings,
    StoringSettings,
):
    """All settings with their stated defaults; read once, passed down."""

    @property
    def served_dir(self) -> Path:
        """Return the store directory that is served: in plain mode one of its own."""
        return self.store_dir / PLAIN_DIR if self.plain else self.store_dir

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read the settings from the environment and the TOML file.

        Raises:
            UsageError: an unknown name, or a value of the wrong type, too small or refused.
        """
        return cls(**read_values(fields(cls), os.environ if environ is None else environ))


def settings_table() -> list[tuple[str, str, str]]:
    """Return (variable, default, meaning) of every setting, for the docs and `--help`."""
    return [
        (
            variable_name(item.name),
            "" if item.default is None else str(item.default),
            item.metadata["help"],
        )
        for item in fields(Settings)
    ]
