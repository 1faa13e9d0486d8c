// Which requests an AS2 location lets pass to its pipeline.

#include "adapters/as2/as2_location.h"

#include <gtest/gtest.h>

#include "adapters/as2/errors.h"

namespace sealgate::adapters::as2 {
namespace {

class As2LocationTest : public ::testing::Test {
 protected:
  /// The status of what is refused here; 0: it went on.
  int status_of(net::HttpHeaders headers, std::string method = "POST") {
    net::HttpRequest request;
    request.method = std::move(method);
    request.headers = std::move(headers);
    passed_ = false;
    const auto begun = make_as2_location("AS2")->begin(std::move(request), [this](http::FlavouredRequest handed) {
      passed_ = true;
      handed_ = std::move(handed.request.headers);
      return net::HttpBegin(net::HttpResponse::plain(299, "went on"));
    });
    const auto* response = std::get_if<net::HttpResponse>(&begun);
    if (response == nullptr) return -1;
    body_ = response->body;
    return passed_ ? 0 : response->status;
  }

  /// What went on of these fields beside the ones that make it AS2, as one text.
  std::string handed_on(std::initializer_list<net::HttpHeader> more) {
    net::HttpHeaders headers{{"AS2-From", "acme"}, {"AS2-To", "gateway"}, {"Message-ID", "<1@acme>"}};
    for (const auto& field : more) headers.add(field.name, field.value);
    EXPECT_EQ(status_of(headers), 0);
    std::string text;
    for (const auto& field : handed_) {
      if (field.name.starts_with("Content-")) text += field.name + ": " + field.value + "\n";
    }
    return text;
  }

  net::HttpHeaders handed_;
  bool passed_ = false;
  std::string body_;
};

TEST_F(As2LocationTest, LetsAMessagePassThatCanBeAnswered) {
  EXPECT_EQ(status_of({{"AS2-From", "acme"}, {"AS2-To", "gateway"}, {"Message-ID", "<1@acme>"}}), 0);
  EXPECT_EQ(status_of({{"as2-from", "\"A C\""}, {"as2-to", "gateway"}, {"message-id", "1"}}), 0);
}

TEST_F(As2LocationTest, LetsAReceiptPassWithoutMessageId) {
  for (const char* type : {"multipart/report; boundary=b", "multipart/signed; boundary=b"}) {
    EXPECT_EQ(status_of({{"AS2-From", "acme"}, {"AS2-To", "gateway"}, {"Content-Type", type}}), 0) << type;
  }
}

TEST_F(As2LocationTest, LetsAFaultPassThatAReceiptCanTell) {
  EXPECT_EQ(status_of({{"AS2-From", "same"}, {"AS2-To", "same"}, {"Message-ID", "<1@acme>"}}), 0);
}

TEST_F(As2LocationTest, RefusesWhatNobodyCanBeToldOf) {
  EXPECT_EQ(status_of({}), 400);
  EXPECT_EQ(status_of({{"Message-ID", "<1@acme>"}, {"Content-Type", "text/plain"}}), 400);
  EXPECT_EQ(status_of({{"AS2-From", "acme"}, {"Message-ID", "<1@acme>"}}), 400);
  EXPECT_EQ(status_of({{"AS2-From", "acme"}, {"AS2-To", "gateway"}}), 400);
  EXPECT_EQ(status_of({{"AS2-From", ""}, {"AS2-To", "gateway"}, {"Message-ID", "<1@acme>"}}), 400);
  EXPECT_EQ(status_of({{"AS2-From", std::string(129, 'x')}, {"AS2-To", "gateway"}, {"Message-ID", "<1@a>"}}), 400);
  EXPECT_NE(body_.find(kNotAs2.id), std::string::npos);
}

TEST_F(As2LocationTest, TakesATransferEncodingThatIsCalledContentEncoding) {
  EXPECT_EQ(handed_on({{"Content-Encoding", "binary"}}), "Content-Transfer-Encoding: binary\n");
  EXPECT_EQ(handed_on({{"Content-Type", "a/b"}, {"Content-Encoding", "Base64"}}),
            "Content-Type: a/b\nContent-Transfer-Encoding: Base64\n");
  EXPECT_EQ(handed_on({{"Content-Transfer-Encoding", "base64"}, {"Content-Encoding", "base64"}}),
            "Content-Transfer-Encoding: base64\n");
}

TEST_F(As2LocationTest, LeavesTheCodingsOfHttpToTheLocation) {
  EXPECT_EQ(handed_on({{"Content-Encoding", "gzip"}}), "Content-Encoding: gzip\n");
  EXPECT_EQ(handed_on({{"Content-Encoding", "gzip, base64"}}), "Content-Encoding: gzip, base64\n");
}

TEST_F(As2LocationTest, LeavesOtherMethodsToTheLocation) {
  EXPECT_EQ(status_of({}, "GET"), 0);
}

}  // namespace
}  // namespace sealgate::adapters::as2
