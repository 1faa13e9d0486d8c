#include "cms/tests/test_support.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include <unistd.h>

#include "cms/errors.h"
#include "crypto/library.h"

namespace sealgate::cms::test {

std::string ReadResult::outcome() const {
  if (!status) return std::string(failure_class(status.error().code));
  return layer.error ? std::string(failure_class(layer.error->code)) : "ok";
}

ReadResult read_all(ByteView input, const ReaderOptions& options, std::size_t chunk) {
  Collector collector;
  CmsReader reader(collector, options);
  Result<> status;
  ByteView rest = input;
  while (status && !rest.empty()) {
    const ByteView part = chunk == 0 ? rest : rest.first(std::min(chunk, rest.size()));
    rest = rest.subspan(part.size());
    status = reader.write(part);
  }
  if (status) status = reader.finish();
  return ReadResult{std::move(status), reader.layer(), collector.content(), collector.finished(), collector.calls()};
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "sealgate-cms-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  folder_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void write_file(const std::string& path, ByteView bytes) {
  std::ofstream file(path, std::ios::binary);
  file << as_text(bytes);
}

Bytes read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::stringstream content;
  content << file.rdbuf();
  return to_bytes(content.str());
}

bool run(const std::string& command) {
  static const TemporaryFolder folder;
  const std::string log = folder.path("log");
  const bool done = std::system(("(" + command + ") >" + log + " 2>&1").c_str()) == 0;
  if (!done) {
    std::ifstream file(log);
    std::fprintf(stderr, "%s\n", command.c_str());
    for (std::string line; std::getline(file, line);) std::fprintf(stderr, "  %s\n", line.c_str());
  }
  return done;
}

namespace {

const std::map<std::string, std::string>& key_commands() {
  static const std::map<std::string, std::string> kCommands{
      {"rsa", "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048"},
      {"rsa1024", "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:1024"},
      {"rsa-other", "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048"},
      {"p256", "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256"},
      {"p384", "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384"},
      {"p521", "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-521"},
      {"ed25519", "openssl genpkey -algorithm ED25519"},
      {"x25519", "openssl genpkey -algorithm X25519"},
      {"dh", "openssl genpkey -algorithm DHX -pkeyopt dh_rfc5114:3"},
      {"dsa", "openssl genpkey -paramfile dsa.param"},
  };
  return kCommands;
}

Identity make_identity(const TemporaryFolder& folder, const std::string& kind) {
  const std::string key = folder.path(kind + ".key");
  const std::string cert = folder.path(kind + ".pem");
  const std::string der = folder.path(kind + ".der");
  std::string make = key_commands().at(kind) + " -out " + key;
  if (kind == "dsa") {
    make = "openssl genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:1024 -out " + folder.path("param") +
           " && openssl genpkey -paramfile " + folder.path("param") + " -out " + key;
  }
  const std::string subject = " -subj '/CN=" + kind + "/O=Test' ";
  const std::string extensions = " -addext subjectKeyIdentifier=hash ";
  if (kind == "dh" || kind == "x25519") {
    const Identity& issuer = identity("rsa");
    make += " && openssl pkey -in " + key + " -pubout -out " + key + ".pub" +
            " && printf 'subjectKeyIdentifier=hash\\n' >" + folder.path("ext") + " && openssl req -new -key " +
            issuer.key_path + subject + "-out " + folder.path("req") + " && openssl x509 -req -in " +
            folder.path("req") + " -force_pubkey " + key + ".pub -CA " + issuer.cert_path + " -CAkey " +
            issuer.key_path + " -set_serial 0x" + (kind == "dh" ? "80aa" : "77") + " -extfile " + folder.path("ext") +
            " -days 3650 -out " + cert;
  } else {
    make += " && openssl req -x509 -new -key " + key + subject + extensions + "-days 3650 -out " + cert;
  }
  make += " && openssl x509 -in " + cert + " -outform DER -out " + der;
  if (!run(make)) throw std::runtime_error("cannot make an identity of kind " + kind);
  auto certificate = certificates::Certificate::from_der(read_file(der));
  auto private_key = crypto::PrivateKey::load(read_file(key));
  if (!certificate) throw std::runtime_error(certificate.error().to_string());
  if (!private_key) throw std::runtime_error(private_key.error().to_string());
  return Identity{std::move(*certificate), std::move(*private_key), cert, key};
}

}  // namespace

const Identity& identity(const std::string& kind) {
  static const TemporaryFolder folder;
  // OpenSSL first: what is made before it ends after it, when it no longer frees what lies with a key.
  static const Result<> ready = crypto::initialise();
  static std::map<std::string, Identity> made;
  const auto known = made.find(kind);
  if (known != made.end()) return known->second;
  Identity fresh = make_identity(folder, kind);
  return made.emplace(kind, std::move(fresh)).first->second;
}

std::optional<std::filesystem::path> vectors() {
  const char* set = std::getenv("SEALGATE_VECTORS");
  const std::filesystem::path folder =
      set != nullptr ? std::filesystem::path(set)
                     : std::filesystem::path(SEALGATE_SOURCE_DIR).parent_path() / "shared" / "vectors";
  if (std::filesystem::exists(folder / "manifest.json")) return folder;
  return std::nullopt;
}

Bytes sample(std::size_t size) {
  Bytes bytes(size);
  std::uint32_t state = 0x12345678;
  for (Byte& byte : bytes) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<Byte>(state >> 24U);
  }
  return bytes;
}

}  // namespace sealgate::cms::test
