#!/usr/bin/env python3
"""Includes point one way (actors -> signaling, media -> config), and each library is used in its one home."""

import re
from collections import defaultdict

from common import LAYERS, includes, main, read, sources

MAY_INCLUDE = {
    "config": {"config"},
    "signaling": {"signaling", "config"},
    "media": {"media", "config"},
    "actors": set(LAYERS),
}

# library: (its headers, the folders it lives in: none if only tests use it, whether its headers stay in .cpp files: those of C libraries, and those that take long)
HOMES = {
    "CAF": (r"caf/", ("actors/",), False),
    "libre": (r"re\.h$|re/|re_", ("signaling/sip/", "signaling/dns/"), True),
    "liburing": (r"liburing", ("media/io/",), True),
    "libsrtp2": (r"srtp2/|srtp\.h$", ("media/secure/",), True),
    "OpenSSL": (r"openssl/", ("media/io/", "media/secure/", "media/files/", "signaling/sip/tls_peers.cpp",
                              "signaling/sip/digest_hash.cpp"), True),
    "Boost": (r"boost/", ("signaling/web/",), True),
    "RapidXML": (r"rapidxml", ("signaling/xml/",), False),
    "expat": (r"expat", ("signaling/xml/",), True),
    "SQLite": (r"sqlite3", ("signaling/conference/history_database.cpp",), True),
    "toml++": (r"toml\+\+/", ("config/",), False),
    "spdlog": (r"spdlog/|fmt/", ("config/",), False),
    "libopus": (r"opus(/|\.h$)", ("media/codec/",), True),
    "spandsp": (r"spandsp", (), True),
    "Speex": (r"speex/speex(\.h|_bits|_header|_callbacks|_stereo|_types)", ("media/codec/",), True),
    "speexdsp": (r"speex/speex(dsp|_resampler|_preprocess|_echo|_jitter)", ("media/",), True),
}
ONE_FILE = ("libopus", "Speex")  # a codec library is wrapped once


def check_direction(root, path, line, quote, name):
    top = path.parts[0]
    if quote != '"':
        return []
    target = name.split("/")[0]
    if "/" not in name or target not in LAYERS:
        return [f'{path}:{line}: include by the path from the root, as in "config/result.hpp", not "{name}"']
    if target not in MAY_INCLUDE[top]:
        allowed = ", ".join(sorted(MAY_INCLUDE[top]))
        return [f'{path}:{line}: {top}/ includes "{name}", but may include {allowed} only']
    if not (root / name).is_file():
        # A build step may write a header; then a template of it stands in its place.
        return [] if (root / f"{name}.in").is_file() else [f'{path}:{line}: "{name}" does not exist']
    return []


def check_home(path, line, name, users):
    complaints = []
    for library, (headers, homes, is_c) in HOMES.items():
        if not re.match(headers, name):
            continue
        users[library].add(path)
        if not str(path).startswith(homes):
            home = " or ".join(homes) or "tests/ only"
            complaints.append(f"{path}:{line}: <{name}> belongs to {library}, whose home is {home}")
        elif is_c and path.suffix != ".cpp":
            complaints.append(f"{path}:{line}: <{name}> belongs to {library}; include it in .cpp files only")
    return complaints


def check(root, _args):
    complaints = []
    users = defaultdict(set)
    for path in sources(root, LAYERS):
        for line, quote, name in includes(read(root, path)):
            complaints += check_direction(root, path, line, quote, name)
            complaints += check_home(path, line, name, users)
    for library in ONE_FILE:
        if len(users[library]) > 1:
            files = ", ".join(str(p) for p in sorted(users[library]))
            complaints.append(f"{library} is used in more than one file: {files}")
    return complaints


if __name__ == "__main__":
    main(check, __doc__)
