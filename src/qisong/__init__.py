"""Qisong 七送: an act is recorded once; who is still missing is derived."""
