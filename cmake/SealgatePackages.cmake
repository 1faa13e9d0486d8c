# Debian packages by CPack: `make packages`. sealgate is the program with its units, manual pages and completion;
# sealgate-doc the pages of docs/ and the examples. What lies where is tested by tests/packages.
include(GNUInstallDirs)

set(packaging "${PROJECT_SOURCE_DIR}/packaging")
set(generated "${PROJECT_BINARY_DIR}/packaging")
set(SEALGATE_DEBIAN_VERSION "${PROJECT_VERSION}-1")
# Of the newest commit, so that the same sources make the same package.
execute_process(COMMAND git log -1 --format=%ct WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
  OUTPUT_VARIABLE committed OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT committed)
  set(committed 0)
endif()
execute_process(COMMAND env LC_ALL=C date --utc --rfc-email "--date=@${committed}" OUTPUT_VARIABLE SEALGATE_DEBIAN_DATE
  OUTPUT_STRIP_TRAILING_WHITESPACE)
configure_file("${packaging}/debian/changelog.in" "${generated}/changelog.Debian" @ONLY)

# The program and what belongs to it.
install(TARGETS sealgate RUNTIME DESTINATION bin COMPONENT sealgate)
install(FILES "${packaging}/systemd/sealgate.service" "${packaging}/systemd/sealgate@.service"
  DESTINATION lib/systemd/system COMPONENT sealgate)
install(FILES "${packaging}/systemd/credentials.conf" DESTINATION share/doc/sealgate/examples COMPONENT sealgate)
install(FILES "${packaging}/debian/sealgate.default" DESTINATION /etc/default RENAME sealgate COMPONENT sealgate)
install(FILES "${packaging}/debian/copyright" NOTICE DESTINATION share/doc/sealgate COMPONENT sealgate)
install(FILES "${packaging}/debian/sealgate.lintian-overrides" DESTINATION share/lintian/overrides RENAME sealgate
  COMPONENT sealgate)
# Manual pages and completion come out of the program; Debian wants pages and changelogs compressed, without a time.
install(CODE "
  set(root \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}\")
  set(program \"${PROJECT_BINARY_DIR}/sealgate\")
  file(MAKE_DIRECTORY \"\${root}/share/man/man1\" \"\${root}/share/bash-completion/completions\"
    \"\${root}/share/zsh/vendor-completions\" \"\${root}/share/fish/vendor_completions.d\")
  execute_process(COMMAND \"\${program}\" man --help RESULT_VARIABLE without_manual OUTPUT_QUIET ERROR_QUIET)
  if(NOT without_manual)
  execute_process(COMMAND \"\${program}\" man --all \"\${root}/share/man/man1\" COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND \"\${program}\" completion bash COMMAND_ERROR_IS_FATAL ANY
    OUTPUT_FILE \"\${root}/share/bash-completion/completions/sealgate\")
  execute_process(COMMAND \"\${program}\" completion zsh COMMAND_ERROR_IS_FATAL ANY
    OUTPUT_FILE \"\${root}/share/zsh/vendor-completions/_sealgate\")
  execute_process(COMMAND \"\${program}\" completion fish COMMAND_ERROR_IS_FATAL ANY
    OUTPUT_FILE \"\${root}/share/fish/vendor_completions.d/sealgate.fish\")
  endif()
  file(COPY_FILE \"${generated}/changelog.Debian\" \"\${root}/share/doc/sealgate/changelog.Debian\")
  file(COPY_FILE \"${PROJECT_SOURCE_DIR}/CHANGELOG.md\" \"\${root}/share/doc/sealgate/NEWS.md\")
  file(GLOB written \"\${root}/share/man/man1/*.1\" \"\${root}/share/doc/sealgate/changelog.Debian\"
    \"\${root}/share/doc/sealgate/NEWS.md\")
  execute_process(COMMAND gzip -9nf \${written} COMMAND_ERROR_IS_FATAL ANY)
  " COMPONENT sealgate)

# What is read.
install(DIRECTORY docs DESTINATION share/doc/sealgate COMPONENT sealgate-doc)
install(DIRECTORY examples DESTINATION share/doc/sealgate COMPONENT sealgate-doc)
install(DIRECTORY packaging/monitoring DESTINATION share/doc/sealgate COMPONENT sealgate-doc)
install(FILES README.md SECURITY.md ARCHITECTURE.md DESTINATION share/doc/sealgate COMPONENT sealgate-doc)
install(FILES "${packaging}/debian/copyright" DESTINATION share/doc/sealgate-doc COMPONENT sealgate-doc)
install(FILES "${packaging}/debian/sealgate-doc.lintian-overrides" DESTINATION share/lintian/overrides RENAME sealgate-doc
  COMPONENT sealgate-doc)
install(CODE "
  set(root \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}\")
  execute_process(COMMAND gzip -9nc \"${generated}/changelog.Debian\" COMMAND_ERROR_IS_FATAL ANY
    OUTPUT_FILE \"\${root}/share/doc/sealgate-doc/changelog.Debian.gz\")
  " COMPONENT sealgate-doc)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME sealgate)
set(CPACK_PACKAGE_VENDOR "the Sealgate maintainers")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "gateway for signed and encrypted messages between businesses")
set(CPACK_PACKAGE_CONTACT "the Sealgate maintainers <maintainers@sealgate.invalid>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_OUTPUT_FILE_PREFIX "${PROJECT_BINARY_DIR}/packages")
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL sealgate sealgate-doc)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_SEALGATE_PACKAGE_NAME sealgate)
set(CPACK_DEBIAN_SEALGATE_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_SEALGATE_PACKAGE_DEPENDS "adduser, tzdata")
set(CPACK_DEBIAN_SEALGATE_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_SEALGATE_PACKAGE_SUGGESTS "sealgate-doc, postgresql, prometheus")
set(CPACK_DEBIAN_SEALGATE_PACKAGE_CONTROL_EXTRA "${packaging}/debian/postinst;\
${packaging}/debian/prerm;${packaging}/debian/postrm;${packaging}/debian/conffiles")
set(CPACK_COMPONENT_SEALGATE_DESCRIPTION "Sealgate receives documents of trading partners by AS2, HTTP, SOAP, files and
SFTP, proves who sent each one, opens it, routes it, and sends others out
signed, encrypted and acknowledged. It keeps the concepts of BizTalk Server
(ports, pipelines, parties, hosts, the MessageBox) and is one program over
SQLite, or as many as one likes over PostgreSQL.")

set(CPACK_DEBIAN_SEALGATE-DOC_PACKAGE_NAME sealgate-doc)
set(CPACK_DEBIAN_SEALGATE-DOC_PACKAGE_SECTION doc)
set(CPACK_DEBIAN_SEALGATE-DOC_PACKAGE_ARCHITECTURE all)
set(CPACK_COMPONENT_SEALGATE-DOC_DESCRIPTION "Quick start, concepts, reference, operations and security of Sealgate,
configurations to begin from, a dashboard for Grafana and alert rules for
Prometheus.")
include(CPack)
