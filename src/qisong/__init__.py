"""Qisong 七送: an act is recorded once; who is still missing is derived."""

__version__ = "0.1.0.dev0"
