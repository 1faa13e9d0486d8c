#pragma once
// The partner ACME at the other end of an HTTP send port: opens what we send with ACME's key and answers as told.

#include <deque>

#include "adapters/common/adapter.h"
#include "as2/inbound.h"
#include "as2/tests/as2_support.h"

namespace sealgate::hosts::testing {

namespace a2 = sealgate::as2;
using a2::testing::Identity;
using a2::testing::world;

/// One request as it came.
struct Transmission {
  mime::Headers headers;
  std::string body;
  bool chunked = false;
  bool keep_alive = true;
};

/// How a receipt differs from the one that is due.
struct ReceiptTwist {
  const Identity* signer = &world().acme;  ///< nullptr: not signed
  std::string message_id = {};             ///< empty: that of the message
  std::string from = {};                   ///< empty: the partner
  bool other_mic = false;
  bool no_mic = false;
  bool refused = false;
};

class As2Partner final : public adapters::SendAdapter {
 public:
  enum class Says { Receipt, Nothing, Page, Error, Lost };

  std::vector<Transmission> came;
  std::deque<Says> says;  ///< to the next requests; then Receipt
  ReceiptTwist twist;
  std::function<void(const Transmission&)> before_answer = [](const auto&) {};

  adapters::SendOutcome send(adapters::OutboundMessage& message) override {
    Transmission sent;
    const adapters::HttpWishes* wishes = message.http_wishes();
    EXPECT_NE(wishes, nullptr);
    for (const auto& field : wishes->headers) EXPECT_TRUE(sent.headers.add(field.name, field.value));
    sent.chunked = wishes->chunked;
    sent.keep_alive = wishes->keep_alive;
    BufferSink body;
    EXPECT_TRUE(message.pump(body));
    EXPECT_EQ(body.bytes().size(), message.size());
    sent.body = as_text(body.bytes());
    came.push_back(sent);
    before_answer(sent);
    Says say = Says::Receipt;
    if (!says.empty()) {
      say = says.front();
      says.pop_front();
    }
    if (say == Says::Error)
      return adapters::SendOutcome::retry(Error{{"test.no-way", ErrorClass::Transport}, "no", "", ""});
    // He has it, and we do not know: the connection broke before the answer.
    if (say == Says::Lost)
      return adapters::SendOutcome::retry(Error{{"test.lost", ErrorClass::Transport}, "lost", "", ""});
    if (say == Says::Nothing) return answer(message, {}, {});
    if (say == Says::Page) {
      mime::Headers page;
      EXPECT_TRUE(page.add("Content-Type", "text/html"));
      return answer(message, page, "<html>Welcome</html>");
    }
    const auto [headers, receipt] = receipt_for(sent, twist);
    return answer(message, headers, receipt);
  }
  void cancel() override {}

  /// Header fields and body.
  static std::pair<mime::Headers, std::string> receipt_for(const Transmission& sent, const ReceiptTwist& twist = {}) {
    a2::InboundMessage inbound(sent.headers);
    EXPECT_FALSE(inbound.fault());
    smime::DecodeOptions options = a2::testing::decode_options(world().acme);
    options.receipt = &inbound.mic();
    a2::testing::Collector collector;
    smime::Decoder decoder(std::move(options), collector);
    const auto decoded = a2::testing::feed(decoder, sent.headers.serialise() + "\r\n" + sent.body);
    EXPECT_TRUE(decoded) << decoded.error().to_string();
    const auto judged = twist.refused ? inbound.refuse(Error{{"test.no", ErrorClass::Decrypt}, "no", "", ""})
                                      : inbound.judge(decoded, decoder.report());
    auto receipt = inbound.receipt(judged, "<receipt@acme>", "Test:1");
    if (!twist.message_id.empty()) receipt.original_message_id = twist.message_id;
    if (!twist.from.empty()) receipt.headers.from = {twist.from};
    if (twist.no_mic) receipt.mic.reset();
    if (twist.other_mic) {
      const auto digest = crypto::digest(crypto::DigestAlgorithm::Sha256, as_bytes("else"));
      receipt.mic = a2::Mic{crypto::DigestAlgorithm::Sha256, "sha256", *digest};
    }
    if (twist.signer != nullptr) receipt.sign = a2::testing::signer(*twist.signer);
    receipt.time = a2::testing::kNow;
    const auto built = a2::build_mdn(receipt);
    EXPECT_TRUE(built) << built.error().to_string();
    return {built->headers, std::string(as_text(built->body))};
  }

  /// What ACME reads.
  static std::string document_of(const Transmission& sent) {
    a2::testing::Collector collector;
    smime::Decoder decoder(a2::testing::decode_options(world().acme), collector);
    const auto decoded = a2::testing::feed(decoder, sent.headers.serialise() + "\r\n" + sent.body);
    return decoded ? collector.part(1) : decoded.error().to_string();
  }

 private:
  /// As the HTTP adapter hands an answer over.
  static adapters::SendOutcome answer(adapters::OutboundMessage& message, const mime::Headers& headers,
                                      const std::string& body) {
    const bool entity = headers.value("Content-Type").value_or("").starts_with("multipart/");
    if (entity) {
      EXPECT_TRUE(message.answer()->write(as_bytes(headers.serialise() + "\r\n")));
    }
    EXPECT_TRUE(message.answer()->write(as_bytes(body)));
    return adapters::SendOutcome::delivered({{"HTTP.ResponseStatusCode", "200"},
                                             {"HTTP.InboundHttpHeaders", headers.serialise()},
                                             {"HTTP.MimeEntity", entity ? "true" : "false"}});
  }
};

}  // namespace sealgate::hosts::testing
