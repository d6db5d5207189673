# Words the folders' CMakeLists.txt share: compile options, layers, tests, fuzz targets.

find_program(CONFAB_CCACHE ccache)
if(CONFAB_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CONFAB_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CONFAB_CCACHE})
endif()

add_library(confab_options INTERFACE)
target_compile_options(confab_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # At -O3, g++ 12 sees overlapping copies in `"text" + std::string` (GCC bug 105651).
  target_compile_options(confab_options INTERFACE -Wno-restrict)
endif()
if(CONFAB_WERROR)
  target_compile_options(confab_options INTERFACE -Werror)
endif()
if(CONFAB_SANITIZE)
  # Tests themselves (property CONFAB_IS_TEST) are watched for bad memory only: what they test is watched for undefined
  # behaviour too, and a third of their compile time is saved.
  string(REPLACE "," ";" confab_test_sanitize "${CONFAB_SANITIZE}")
  if(NOT CONFAB_SANITIZE STREQUAL undefined)
    list(REMOVE_ITEM confab_test_sanitize undefined)
  endif()
  list(JOIN confab_test_sanitize "$<COMMA>" confab_test_sanitize)
  string(REPLACE "," "$<COMMA>" confab_code_sanitize "${CONFAB_SANITIZE}")
  set(confab_is_test "$<BOOL:$<TARGET_PROPERTY:CONFAB_IS_TEST>>")
  target_compile_options(confab_options INTERFACE
    -fsanitize=$<IF:${confab_is_test},${confab_test_sanitize},${confab_code_sanitize}>
    -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(confab_options INTERFACE -fsanitize=${CONFAB_SANITIZE})
  if(CONFAB_SANITIZE MATCHES thread)
    # The thread sanitizer knows no fences; Asio's handlers are handed over under its mutex as well.
    target_compile_definitions(confab_options INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
endif()
target_include_directories(confab_options INTERFACE ${PROJECT_SOURCE_DIR})

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# What is compiled often and computes little, tests and actors, is not optimised under sanitizers: they take most of
# the time of such a build, and half of it for nothing.
function(confab_build_fast name)
  if(CONFAB_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_compile_options(${name} PRIVATE -O0)
  endif()
endfunction()

# A layer is one static library; its subfolders add their own sources with target_sources.
function(confab_layer name)
  add_library(${name} STATIC)
  target_link_libraries(${name} PUBLIC confab_options ${ARGN})
endfunction()

function(confab_test_options name)
  confab_build_fast(${name})
  set_target_properties(${name} PROPERTIES CONFAB_IS_TEST ON)
endfunction()

# confab_test(<name> LABEL <unit|scenario> LIBS <libs> SOURCES <files> [PRECOMPILE <headers>]): one GoogleTest program for
# a folder. PRECOMPILE names what all of its sources include and what takes long to compile.
function(confab_test name)
  cmake_parse_arguments(arg "" "LABEL" "LIBS;SOURCES;PRECOMPILE" ${ARGN})
  if(NOT CONFAB_TESTS OR NOT CONFAB_UNIT_TESTS)
    return()
  endif()
  find_package(GTest REQUIRED)
  include(GoogleTest)
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LIBS} confab_source_dir GTest::gtest GTest::gmock GTest::gtest_main)
  confab_test_options(${name})
  if(arg_PRECOMPILE)
    target_precompile_headers(${name} PRIVATE <gtest/gtest.h> ${arg_PRECOMPILE})
  else()
    target_precompile_headers(${name} REUSE_FROM confab_test_headers)
  endif()
  gtest_discover_tests(${name} PROPERTIES LABELS ${arg_LABEL} DISCOVERY_TIMEOUT 60)
endfunction()

# confab_fuzz(<name> LIBS <libs> SOURCES <files>): a libFuzzer target; its corpus is tests/fuzz/corpus/<name>.
function(confab_fuzz name)
  cmake_parse_arguments(arg "" "" "LIBS;SOURCES" ${ARGN})
  if(NOT CONFAB_FUZZ)
    return()
  endif()
  add_executable(fuzz_${name} ${arg_SOURCES})
  target_link_libraries(fuzz_${name} PRIVATE ${arg_LIBS})
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  set(corpus ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
  set(found ${CMAKE_CURRENT_BINARY_DIR}/found/${name})
  file(MAKE_DIRECTORY ${found})
  add_test(NAME fuzz_${name}
    COMMAND fuzz_${name} -seed=1 -max_total_time=4 -timeout=30 -rss_limit_mb=2048 -print_final_stats=1
            -artifact_prefix=${found}/ ${found} ${corpus})
  set_tests_properties(fuzz_${name} PROPERTIES LABELS fuzz)
endfunction()

# confab_micro_bench(<name> LIBS <libs> SOURCES <files>): one Google Benchmark program.
function(confab_micro_bench name)
  cmake_parse_arguments(arg "" "" "LIBS;SOURCES" ${ARGN})
  find_package(benchmark REQUIRED)
  add_executable(bench_${name} ${arg_SOURCES})
  target_link_libraries(bench_${name} PRIVATE ${arg_LIBS} benchmark::benchmark benchmark::benchmark_main)
endfunction()
