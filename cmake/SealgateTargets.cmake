# One target per folder. A folder's CMakeLists.txt is one call:
#
#   sealgate_library(mime DEPENDS base LIBRARIES ZLIB::ZLIB)
#
# DEPENDS names folders of src/ (with / as they lie there) and is what tools/check_layers.py holds the #include lines
# against. LIBRARIES names what others wrote. Sources are *.cpp of the folder and its subfolders but tests/;
# tests/*.cpp become one test program, sealgate_<folder>_tests; TEST_SOURCES names folders with tests that several
# folders share (a suite that every version of an interface must pass).

set_property(GLOBAL PROPERTY SEALGATE_LAYERS "")

function(_sealgate_target_name folder out)
  string(REPLACE "/" "_" name "${folder}")
  set(${out} "sealgate_${name}" PARENT_SCOPE)
endfunction()

function(_sealgate_record folder depends)
  string(REPLACE ";" "," joined "${depends}")
  set_property(GLOBAL APPEND PROPERTY SEALGATE_LAYERS "${folder}:${joined}")
endfunction()

function(_sealgate_sources out)
  file(GLOB_RECURSE found CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  list(FILTER found EXCLUDE REGEX "/tests/")
  list(FILTER found EXCLUDE REGEX "/main\\.cpp$")
  set(${out} "${found}" PARENT_SCOPE)
endfunction()

function(_sealgate_link target scope)
  foreach(dependency IN LISTS ARGN)
    _sealgate_target_name("${dependency}" name)
    target_link_libraries(${target} ${scope} ${name})
  endforeach()
endfunction()

function(sealgate_library folder)
  cmake_parse_arguments(ARG "" "" "DEPENDS;LIBRARIES;TEST_LIBRARIES;TEST_DEPENDS;TEST_SOURCES" ${ARGN})
  _sealgate_target_name("${folder}" target)
  _sealgate_record("${folder}" "${ARG_DEPENDS}")
  _sealgate_sources(sources)
  if(sources)
    add_library(${target} STATIC ${sources})
    set(scope PUBLIC)
    target_link_libraries(${target} PRIVATE sealgate_options)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${target} ${scope} "${PROJECT_SOURCE_DIR}/src")
  _sealgate_link(${target} ${scope} ${ARG_DEPENDS})
  if(ARG_LIBRARIES)
    target_link_libraries(${target} ${scope} ${ARG_LIBRARIES})
  endif()
  if(SEALGATE_TESTS)
    file(GLOB tests CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/tests/*.cpp")
    foreach(shared IN LISTS ARG_TEST_SOURCES)
      file(GLOB more CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${shared}/*.cpp")
      list(APPEND tests ${more})
    endforeach()
    if(tests)
      add_executable(${target}_tests ${tests})
      target_link_libraries(${target}_tests PRIVATE ${target} sealgate_options GTest::gtest GTest::gmock GTest::gtest_main
        ${ARG_TEST_LIBRARIES})
      _sealgate_link(${target}_tests PRIVATE ${ARG_TEST_DEPENDS})
      target_compile_definitions(${target}_tests PRIVATE SEALGATE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
      # Nobody waits for a test program to be fast; everybody waits for it to be compiled.
      target_compile_options(${target}_tests PRIVATE $<$<CONFIG:Release>:-O1>)
      add_test(NAME ${target} COMMAND ${target}_tests)
      # Sanitizers make some suites forty times slower; this only ends what hangs.
      set_tests_properties(${target} PROPERTIES TIMEOUT 1800)
    endif()
  endif()
endfunction()

# A program at the top of the build folder: sealgate_program(sealgate FOLDER cli MAIN main.cpp)
# It links the folder's own library; MAIN is the file with main().
function(sealgate_program name)
  cmake_parse_arguments(ARG "" "FOLDER;MAIN" "" ${ARGN})
  _sealgate_target_name("${ARG_FOLDER}" library)
  add_executable(${name} "${CMAKE_CURRENT_SOURCE_DIR}/${ARG_MAIN}")
  target_link_libraries(${name} PRIVATE ${library} sealgate_options)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
endfunction()

# Writes the declared dependencies to a file and lets every build check the #include lines against them.
function(sealgate_finish_layers)
  get_property(layers GLOBAL PROPERTY SEALGATE_LAYERS)
  string(REPLACE ";" "\n" text "${layers}")
  file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/layers.txt" CONTENT "${text}\n")
  find_package(Python3 COMPONENTS Interpreter)
  if(Python3_FOUND)
    add_custom_target(check_layers ALL
      COMMAND "${Python3_EXECUTABLE}" "${PROJECT_SOURCE_DIR}/tools/check_layers.py" "${PROJECT_SOURCE_DIR}/src"
              "${PROJECT_BINARY_DIR}/layers.txt"
      COMMENT "Checking that includes follow the layers" VERBATIM)
  endif()
endfunction()
