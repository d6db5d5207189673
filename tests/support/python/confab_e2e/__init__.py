"""Drives the built daemon and real phones for tests/e2e. Nothing in here uses the server's own code."""

try:
    import numpy  # noqa: F401
except ImportError as problem:
    raise ImportError("numpy is not installed for this python3, tests/e2e need it: apt-get install python3-numpy") from problem
