# Language level, warnings, sanitizers, compiler cache and linker: the same for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
# A message runs through a megabyte of code once: what counts is how little of it there is, not how far a loop is
# unrolled. Nothing replaces a function of a program at run time, so they may be inlined where they are defined.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -fno-semantic-interposition -DNDEBUG")

option(SEALGATE_TESTS "Build the unit tests" ON)
option(SEALGATE_FUZZ "Build the libFuzzer targets (clang only)" OFF)
set(SEALGATE_SANITIZE "" CACHE STRING "Comma-separated sanitizers, for example address,undefined")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_C_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

add_library(sealgate_options INTERFACE)
target_compile_options(sealgate_options INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wcast-align
  -Woverloaded-virtual -Wnull-dereference -Wformat=2 -Wimplicit-fallthrough
  -fstack-protector-strong -ffunction-sections -fdata-sections)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports these wrongly for standard containers at -O2 and for tl::expected (GCC bugs 105329, 107852).
  target_compile_options(sealgate_options INTERFACE -Wno-restrict -Wno-maybe-uninitialized -Wno-null-dereference
    -Wno-stringop-overflow -Wno-array-bounds
    $<$<CONFIG:Release>:-Wno-stringop-overread>)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT SEALGATE_SANITIZE)
  target_compile_definitions(sealgate_options INTERFACE _FORTIFY_SOURCE=2)
endif()
if(SEALGATE_SANITIZE)
  target_compile_options(sealgate_options INTERFACE -fsanitize=${SEALGATE_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(sealgate_options INTERFACE -fsanitize=${SEALGATE_SANITIZE})
endif()
if(SEALGATE_FUZZ)
  target_compile_options(sealgate_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
target_link_options(sealgate_options INTERFACE -Wl,-z,relro,-z,now -Wl,--gc-sections)
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM AND NOT SEALGATE_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_link_options(sealgate_options INTERFACE -fuse-ld=mold)
endif()
