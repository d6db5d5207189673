#!/usr/bin/env python3
"""Each check passes on a small clean tree, and fails when a violation is planted in it."""

import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

CLEAN = {
    "config/word.hpp": "#pragma once\n\n#include <string>\n\nnamespace confab {\n\nstd::string word();\n\n}  // namespace confab\n",
    "config/word.cpp": '#include "config/word.hpp"\n\nnamespace confab {\n\nstd::string word() {\n  return "word";\n}\n\n}  // namespace confab\n',
    "signaling/sip/call.hpp": '#pragma once\n\n#include "config/word.hpp"\n',
    "signaling/sip/call.cpp": '#include "signaling/sip/call.hpp"\n\n#include <re.h>\n',
    "media/codec/opus.cpp": "#include <opus/opus.h>\n",
    "media/mix/mixer.hpp": '#pragma once\n\n#include "config/word.hpp"\n',
    "actors/main.cpp": '#include <caf/actor.hpp>\n\n#include "media/mix/mixer.hpp"\n#include "signaling/sip/call.hpp"\n',
    "docs/notes.md": "See https://example.com/home/page and /etc/confab.\n",
}


def long_function(lines):
    return "int f(int a) {\n" + "  ++a;\n" * (lines - 3) + "  return a;\n}\n"


class planted(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = Path(self.folder.name).resolve()
        for name in (".clang-format", ".clang-tidy"):
            shutil.copy(ROOT / name, self.root / name)
        for name, text in CLEAN.items():
            self.plant(name, text)

    def tearDown(self):
        self.folder.cleanup()

    def plant(self, name, text):
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        (self.root / name).write_text(text)

    def run_check(self, check, *options):
        return subprocess.run([sys.executable, "-B", str(HERE / f"{check}.py"), "--root", str(self.root), *options],
                              capture_output=True, text=True)

    def passes(self, check, *options):
        done = self.run_check(check, *options)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def fails(self, check, words, *options):
        done = self.run_check(check, *options)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn(words, done.stdout)

    def test_a_clean_tree_passes(self):
        for check in ("layers", "sizes", "text"):
            self.passes(check)

    def test_layers_finds_an_include_against_the_direction(self):
        for name, include in (("config/word.cpp", "media/mix/mixer.hpp"), ("media/mix/a.cpp", "signaling/sip/call.hpp"),
                              ("signaling/sip/call.hpp", "media/mix/mixer.hpp"), ("media/mix/a.hpp", "actors/room.hpp")):
            with self.subTest(name):
                self.plant(name, f'#include "{include}"\n')
                self.fails("layers", f'{name}:1: {name.split("/")[0]}/ includes "{include}"')
                self.plant(name, CLEAN.get(name, ""))

    def test_layers_finds_an_include_by_a_relative_path(self):
        self.plant("media/mix/a.cpp", '#include "mixer.hpp"\n')
        self.fails("layers", "include by the path from the root")

    def test_layers_finds_each_library_outside_its_home(self):
        for name, include in (("media/mix/a.cpp", "caf/actor.hpp"), ("media/rtp/a.cpp", "re.h"), ("signaling/sdp/a.cpp", "re/re.h"),
                              ("media/rtp/b.cpp", "liburing.h"), ("media/rtp/c.cpp", "srtp2/srtp.h"),
                              ("signaling/sip/a.cpp", "openssl/ssl.h"), ("media/io/a.cpp", "rapidxml/rapidxml.hpp"),
                              ("signaling/sip/b.cpp", "expat.h"), ("actors/a.cpp", "toml++/toml.h"),
                              ("actors/b.cpp", "spdlog/spdlog.h"), ("media/mix/b.cpp", "opus/opus.h"),
                              ("media/codec/c.cpp", "spandsp.h"), ("media/mix/d.cpp", "speex/speex.h"),
                              ("signaling/sip/c.cpp", "speex/speex_resampler.h"), ("actors/c.cpp", "boost/asio.hpp")):
            with self.subTest(include):
                self.plant(name, f"  #  include <{include}>\n")
                self.fails("layers", f"{name}:1: <{include}> belongs to")
                self.plant(name, "")

    def test_layers_finds_a_c_library_in_a_header(self):
        self.plant("signaling/sip/call.hpp", "#pragma once\n#include <re/re.h>\n")
        self.fails("layers", "include it in .cpp files only")

    def test_layers_finds_a_codec_library_in_two_files(self):
        self.plant("media/codec/other.cpp", "#include <opus/opus.h>\n")
        self.fails("layers", "libopus is used in more than one file")

    def test_sizes_finds_a_long_file(self):
        self.plant("config/word.cpp", "int a;\n" * 500)
        self.passes("sizes")
        self.plant("config/word.cpp", "int a;\n" * 501)
        self.fails("sizes", "config/word.cpp: 501 lines")

    def test_sizes_finds_a_long_function_in_every_dress(self):
        self.plant("config/word.cpp", long_function(70))
        self.passes("sizes")
        body = long_function(71).removeprefix("int f(int a) ")
        for head in ("int f(int a) ", "auto f(int a) -> int ", "struct s { int f(int a) const noexcept ", "namespace n {\ns::s(int b) : a(b), c{b} ",
                     "template <class T>\nint f(T a) ", "class x {};\nenum class e { a, b };\nint f(struct y a) "):
            with self.subTest(head):
                closing = "}" if head.startswith(("struct", "namespace")) else ""
                self.plant("config/word.cpp", head + body + closing)
                self.fails("sizes", "lines; split it, 70 are the most")

    def test_sizes_is_not_misled_by_braces_in_text(self):
        self.plant("config/word.cpp", 'int f() {\n  // {\n  g("{", \'{\', R"({)", 1\'000);\n}\n' + "int a;\n" * 100)
        self.passes("sizes")

    def test_headers_finds_one_that_needs_another_first(self):
        self.passes("headers")
        self.plant("media/mix/bad.hpp", "#pragma once\ninline std::string f() { return {}; }\n")
        self.fails("headers", "media/mix/bad.hpp: does not compile alone")
        self.plant("media/mix/bad.cpp", '#include <string>\n\n#include "media/mix/bad.hpp"\n')
        self.fails("headers", "media/mix/bad.hpp: does not compile alone")
        # Now building the .cpp fails.
        self.plant("media/mix/bad.cpp", '#include "media/mix/bad.hpp"\n\n#include <string>\n')
        self.passes("headers")

    def test_format_finds_a_file_out_of_shape(self):
        if shutil.which("clang-format") is None:
            self.skipTest("clang-format is not installed")
        self.passes("format")
        self.plant("config/word.cpp", "int  a ;\n")
        self.fails("format", "config/word.cpp: run clang-format -i on it")

    def test_text_finds_a_path_of_somebodys_machine(self):
        for folder in ("home", "work", "root", "Users"):
            with self.subTest(folder):
                self.plant("docs/notes.md", f"all fine\nbuilt in /{folder}/someone\n")
                self.fails("text", "docs/notes.md:2: names a path of one machine")

    def test_tidy_finds_a_bug_and_looks_again_when_a_header_changes(self):
        if shutil.which("clang-tidy") is None:
            self.skipTest("clang-tidy is not installed")
        build = self.root / "build"
        build.mkdir()
        entry = {"directory": str(build), "file": str(self.root / "config/word.cpp"),
                 "command": f"c++ -std=c++20 -I{self.root} -c {self.root}/config/word.cpp"}
        (build / "compile_commands.json").write_text(json.dumps([entry]))
        self.passes("tidy", "--build", str(build))
        self.assertEqual(len(list((build / "tidy-clean").iterdir())), 1)
        self.plant("config/word.hpp", CLEAN["config/word.hpp"] + "inline int* nothing() { return 0; }\n")
        self.fails("tidy", "modernize-use-nullptr", "--build", str(build))


if __name__ == "__main__":
    unittest.main()
