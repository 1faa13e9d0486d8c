// What we send, opened by the openssl program alone: the layers hold, and the octets that it finds under the
// signature are those of our MIC.

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "as2/mdn_writer.h"
#include "as2/message_writer.h"
#include "as2/tests/as2_support.h"
#include "certificates/export.h"
#include "io/file.h"

namespace sealgate::as2::testing {
namespace {

class Openssl : public ::testing::Test {
 protected:
  Openssl() {
    std::filesystem::create_directories(folder_);
    write("ca.pem", certificates::export_pem({&world().ca.certificate, 1}));
    write("gateway.pem", certificates::export_pem({&world().gateway.certificate, 1}));
    write("gateway.key", as_text(world().gateway.key.pem()->view()));
  }
  ~Openssl() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void write(const std::string& name, std::string_view content) const {
    std::ofstream(path(name), std::ios::binary) << content;
  }
  std::string read(const std::string& name) const {
    const auto bytes = io::read_file(path(name));
    return bytes ? std::string(as_text(*bytes)) : "no file " + name;
  }
  bool openssl(const std::string& arguments) const {
    const bool done =
        std::system(("cd " + folder_.string() + " && openssl " + arguments + " >log 2>&1").c_str()) == 0;
    EXPECT_TRUE(done) << arguments << '\n' << read("log");
    return done;
  }
  std::string verify_options() const {
    return " -CAfile ca.pem -purpose any -attime " + std::to_string(certificates::testing::to_time_t(kNow)) +
           " -out out";
  }

 private:
  std::filesystem::path folder_ =
      std::filesystem::path(::testing::TempDir()) / ("sealgate-as2-" + std::to_string(::getpid()));
};

TEST_F(Openssl, VerifiesOurReceipts) {
  MdnOptions options;
  options.headers.from = {"gateway"};
  options.headers.to = {"ACME"};
  options.headers.message_id = "<2@gateway>";
  options.original_message_id = "<1@acme>";
  options.recipient = {"gateway"};
  options.text = "Received.\n";
  options.sign = signer(world().gateway);
  options.time = kNow;
  const auto mdn = build_mdn(options);
  ASSERT_TRUE(mdn);
  write("mdn", mdn->headers.serialise() + "\r\n" + std::string(as_text(mdn->body)));
  ASSERT_TRUE(openssl("cms -verify -in mdn" + verify_options()));
  const std::string report = read("out");
  EXPECT_TRUE(report.starts_with("Content-Type: multipart/report; report-type=disposition-notification; boundary="));
  EXPECT_NE(
      report.find(
          "\r\nOriginal-Message-ID: <1@acme>\r\nDisposition: automatic-action/MDN-sent-automatically; processed\r\n"),
      std::string::npos);
}

TEST_F(Openssl, FindsTheOctetsOfOurMics) {
  const std::string document = "UNA:+.? '\nUNB+UNOA:2\r\n\xff\n";
  for (const auto compression : {smime::Compression::None, smime::Compression::BeforeSigning}) {
    OutgoingMessage message;
    message.headers.from = {"ACME"};
    message.headers.to = {"gateway"};
    message.headers.message_id = "<1@acme>";
    message.seal.sign = signer(world().acme);
    message.seal.encrypt = encrypted_to(world().gateway);
    message.seal.compression = compression;
    message.seal.time = kNow;
    BufferSink body;
    const auto writer = MessageWriter::create(std::move(message), body);
    ASSERT_TRUE(writer);
    ASSERT_TRUE(feed(**writer, document));
    write("body", as_text(body.bytes()));
    ASSERT_TRUE(
        openssl("cms -decrypt -binary -inform DER -in body -inkey gateway.key -recip gateway.pem -out signed"));
    // A multipart with binary parts is more than the program can split: the parts by their delimiters.
    const std::string multipart = read("signed");
    const std::string delimiter = "\r\n--" + parsed(multipart).content_type().boundary().value_or("") + "\r\n";
    const auto first = multipart.find(delimiter) + delimiter.size();
    const auto second = multipart.find(delimiter, first);
    ASSERT_NE(second, std::string::npos);
    write("octets", multipart.substr(first, second - first));
    const auto signature = multipart.find("\r\n\r\n", second) + 4;
    write("signature", "-----BEGIN CMS-----\n" +
                           multipart.substr(signature, multipart.find("\r\n--", signature) - signature) +
                           "\n-----END CMS-----\n");
    ASSERT_TRUE(openssl("cms -verify -binary -inform PEM -in signature -content octets" + verify_options()));
    EXPECT_EQ(read("out"), read("octets"));
    const auto octets = crypto::digest(crypto::DigestAlgorithm::Sha256, as_bytes(read("octets")));
    EXPECT_EQ((*writer)->mics().match(Mic{crypto::DigestAlgorithm::Sha256, "", *octets}), MicForm::Exact);
    const bool plain = compression == smime::Compression::None;
    EXPECT_EQ(read("octets").ends_with("\r\n\r\n" + document), plain);
  }
}

}  // namespace
}  // namespace sealgate::as2::testing
