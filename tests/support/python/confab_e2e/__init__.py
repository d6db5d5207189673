"""Drives the built daemon and real phones for tests/e2e. Nothing in here uses the server's own code."""
