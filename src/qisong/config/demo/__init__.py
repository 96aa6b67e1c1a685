"""The demo county: fictional people and places, true to scale. ``docs/demo.md`` describes it."""

from qisong.config.demo.building import build

__all__ = ["build"]
