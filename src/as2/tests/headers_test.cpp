// The header fields of AS2: what partners write, what they must not be able to do with it, and what we write.

#include "as2/message_headers.h"

#include <gtest/gtest.h>

#include "as2/errors.h"
#include "as2/file_name.h"
#include "as2/message_id.h"
#include "as2/tests/as2_support.h"
#include "base/http_date.h"

namespace sealgate::as2 {
namespace {

using testing::parsed;

std::string name_of(std::string_view field) {
  const auto name = parse_name(field);
  return name ? (name->quoted ? "q:" : "a:") + name->text : std::string(name.error().code.id);
}

TEST(Names, AreReadInEveryStyle) {
  EXPECT_EQ(name_of("ACME"), "a:ACME");
  EXPECT_EQ(name_of("  ACME\t"), "a:ACME");
  EXPECT_EQ(name_of("\"ACME\""), "q:ACME");
  EXPECT_EQ(name_of("\" A \\\"B\\\\ \""), "q: A \"B\\ ");
  EXPECT_EQ(name_of("ACME Corp"), "a:ACME Corp");  // blanks without quotes
  EXPECT_EQ(name_of("A!#[]<>,;B"), "a:A!#[]<>,;B");
  EXPECT_EQ(name_of("\"A\\B\""), "q:A\\B");  // a backslash that escapes nothing
  EXPECT_EQ(name_of(std::string(128, 'x')), "a:" + std::string(128, 'x'));
  EXPECT_EQ(name_of('"' + std::string(128, 'x') + '"'), "q:" + std::string(128, 'x'));
}

TEST(Names, ThatNobodyMeansAreRefused) {
  for (const std::string& field :
       {std::string(), std::string("\"\""), std::string("\"A"), std::string("\"A\\\""), std::string("\"A\"B"),
        std::string("A\x01"), std::string("A\xc3\xa4"), std::string("A\r\nB"), std::string(129, 'x'),
        "\"" + std::string(129, 'x') + "\""}) {
    EXPECT_EQ(name_of(field), "as2.bad-name") << field;
  }
}

TEST(Names, AreComparedWithCaseAndWithoutStyle) {
  EXPECT_EQ(*parse_name("\"ACME\""), *parse_name("ACME"));
  EXPECT_FALSE(*parse_name("acme") == *parse_name("ACME"));
}

TEST(Names, AreQuotedWhenTheyMustBeOrWere) {
  EXPECT_EQ(*format_name({"ACME"}), "ACME");
  EXPECT_EQ(*format_name({"ACME", true}), "\"ACME\"");
  EXPECT_EQ(*format_name({"A B"}), "\"A B\"");
  EXPECT_EQ(*format_name({"A\"B\\"}), "\"A\\\"B\\\\\"");
  for (const std::string& bad :
       {std::string(), std::string("A\r\nX: y"), std::string("\xc3\xa4"), std::string(129, 'x')}) {
    EXPECT_EQ(format_name({bad}).error().code, kBadValue);
  }
  for (const std::string text : {"A", " ", "a\\\\b", "\"\"", "a \"b\" \\c"}) {
    EXPECT_EQ(parse_name(*format_name({text, true}))->text, text);
  }
}

TEST(MessageIds, AreKeptAsTheyCame) {
  for (const std::string id : {"<1@acme>", "no-brackets-and-no-at", "<HOST_6B29FC40>", "a b@c", "<>x"}) {
    EXPECT_EQ(*parse_message_id("  " + id + ' '), id);
  }
  EXPECT_EQ(parse_message_id(std::string(998, 'x'))->size(), 998U);
  for (const std::string& id :
       {std::string(), std::string("<>"), std::string("a\nb"), std::string("\xff"), std::string(999, 'x')}) {
    EXPECT_EQ(parse_message_id(id).error().code, kBadMessageId) << id;
  }
  EXPECT_TRUE(same_message_id("<1@acme>", " 1@acme"));
  EXPECT_FALSE(same_message_id("<1@acme>", "<1@ACME>"));
  EXPECT_FALSE(same_message_id("<1@acme", "1@acme"));
}

TEST(MessageIds, OfOurOwnAreCleanWhateverTheDomain) {
  const Bytes random = {1, 2, 0xab};
  EXPECT_EQ(make_message_id(random, "gw.example.com"), "<0102ab@gw.example.com>");
  EXPECT_EQ(make_message_id(random, ">\r\nX: y"), "<0102ab@Xy>");
  EXPECT_EQ(make_message_id(random, "..."), "<0102ab@sealgate>");
}

TEST(Features, AreAList) {
  const Features features = parse_features("multiple-attachments, CEM,, <bad>, AS2-Reliability");
  EXPECT_TRUE(features.has(kMultipleAttachments));
  EXPECT_TRUE(features.has("cem"));
  EXPECT_EQ(features.to_string(), "multiple-attachments, CEM, AS2-Reliability");
  EXPECT_TRUE(parse_features("MA").has(kMultipleAttachments));
  EXPECT_FALSE(parse_features("MA").has(kCertificateExchange));
  EXPECT_LE(parse_features(std::string(1000, ',') + "a" + std::string(1000, ';')).names().size(), kMaxFeatures);
}

constexpr const char* kMinimal = "as2-from: A\r\nAS2-TO: \"B C\"\r\nmessage-id: <1@a>\r\n";

TEST(MessageHeadersTest, NamesOfFieldsInAnyCase) {
  const MessageHeaders message = read_message_headers(parsed(kMinimal));
  EXPECT_FALSE(message.fault);
  EXPECT_EQ(message.from.text, "A");
  EXPECT_EQ(message.to.text, "B C");
  EXPECT_EQ(message.version, "1.0");
  EXPECT_FALSE(message.receipt);
  EXPECT_TRUE(message.answerable());
}

TEST(MessageHeadersTest, FoldedFieldsAreUnfolded) {
  const MessageHeaders message = read_message_headers(parsed(
      std::string(kMinimal) +
      "Disposition-Notification-To: x\r\nDisposition-Notification-Options:\r\n"
      "\tsigned-receipt-protocol=optional,\r\n pkcs7-signature;\tsigned-receipt-micalg=optional,\r\n\tsha-256\r\n"));
  ASSERT_TRUE(message.receipt);
  EXPECT_TRUE(message.receipt->wants_signature);
  ASSERT_EQ(message.receipt->mic_algorithms.size(), 1U);
  EXPECT_EQ(message.receipt->mic_algorithms[0], (MicAlgorithm{crypto::DigestAlgorithm::Sha256, "sha-256"}));
}

TEST(MessageHeadersTest, WhatIsMissingIsNamed) {
  const auto fault = [](const std::string& text) {
    const MessageHeaders message = read_message_headers(parsed(text));
    return message.fault ? std::string(message.fault->code.id) + ' ' + message.fault->where : "none";
  };
  EXPECT_EQ(fault("AS2-To: B\r\nMessage-ID: 1\r\n"), "as2.missing-header AS2-From");
  EXPECT_EQ(fault("AS2-From: A\r\nMessage-ID: 1\r\n"), "as2.missing-header AS2-To");
  EXPECT_EQ(fault("AS2-From: A\r\nAS2-To: B\r\n"), "as2.missing-header Message-ID");
  EXPECT_EQ(fault("AS2-From: A\r\nAS2-To: \"A\"\r\nMessage-ID: 1\r\n"), "as2.sender-equals-receiver ");
  EXPECT_EQ(fault(std::string(kMinimal) + "AS2-Version: 2.0\r\n"), "as2.bad-version AS2-Version");
  EXPECT_EQ(fault(std::string(kMinimal) + "AS2-Version: 1.9\r\n"), "none");
}

TEST(MessageHeadersTest, TwiceTheSameCountsOnceAndTwoMeaningsAreRefused) {
  EXPECT_FALSE(read_message_headers(parsed(std::string(kMinimal) + "AS2-From: A\r\n")).fault);
  const MessageHeaders twice = read_message_headers(parsed(std::string(kMinimal) + "AS2-From: Mallory\r\n"));
  ASSERT_TRUE(twice.fault);
  EXPECT_EQ(twice.fault->code, kRepeatedHeader);
  EXPECT_FALSE(twice.answerable());
}

TEST(MessageHeadersTest, LinesOfHttpWithAndWithoutTheirEnd) {
  for (const char* lines : {"AS2-From: A\r\nx-y:\r\n folded", "AS2-From: A\nX-Y: folded\n\nbody: 1\n",
                            "\"?\r\nAS2-From: A\r\nX-Y:folded\r\n\r\n"}) {
    const auto headers = parse_http_headers(lines);
    ASSERT_TRUE(headers);
    EXPECT_EQ(headers->value("as2-from"), "A");
    EXPECT_EQ(headers->value("x-y"), "folded");
    EXPECT_TRUE(is_as2(*headers));
    EXPECT_EQ(headers->find("body"), nullptr);
  }
  EXPECT_FALSE(is_as2(*parse_http_headers("")));
  EXPECT_FALSE(parse_http_headers("X: " + std::string(1'000'000, 'x')));
}

TEST(MessageHeadersTest, DatesAndSubjectsDecideNothing) {
  const MessageHeaders message = read_message_headers(
      parsed(std::string(kMinimal) + "Date: Di, 21 Aug 2018 10:00\r\nSubject: =?utf-8?B?w6Q=?= order;\r\n"));
  EXPECT_FALSE(message.fault);
  EXPECT_EQ(message.date, "Di, 21 Aug 2018 10:00");
  EXPECT_EQ(message.subject, "\xc3\xa4 order;");
}

TEST(MessageHeadersTest, AnswerIsReadAgain) {
  MessageHeaders message;
  message.from = {"A B"};
  message.to = {"C", true};
  message.version = "1.3";
  message.message_id = "<1@a>";
  message.product = "Sealgate:1";
  message.subject = "\xc3\xa4\r\nX: y";
  message.features = Features({"multiple-attachments"});
  message.receipt = ReceiptRequest{};
  message.receipt->notify_to = "a@example.com";
  message.receipt->wants_signature = true;
  message.receipt->mic_algorithms = {{crypto::DigestAlgorithm::Sha256, "sha256"},
                                     {crypto::DigestAlgorithm::Sha1, "sha1"}};
  message.receipt->delivery_url = "https://gw.example.com:8443/as2?x=1";
  message.date = to_http_date(std::chrono::sys_days{std::chrono::year(2026) / 11 / 1} + std::chrono::seconds(5));
  const auto headers = write_message_headers(message);
  ASSERT_TRUE(headers) << headers.error().to_string();
  EXPECT_EQ(headers->value("AS2-From"), "\"A B\"");
  EXPECT_EQ(headers->value("AS2-To"), "\"C\"");
  EXPECT_EQ(headers->value("Date"), "Sun, 01 Nov 2026 00:00:05 GMT");
  EXPECT_EQ(headers->value("Disposition-Notification-Options"),
            "signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, sha256, sha1");
  EXPECT_EQ(headers->find("X"), nullptr);
  const MessageHeaders again = read_message_headers(parsed(headers->serialise()));
  EXPECT_FALSE(again.fault);
  EXPECT_EQ(again.receipt->delivery_url, message.receipt->delivery_url);
  EXPECT_EQ(again.receipt->mic_algorithms, message.receipt->mic_algorithms);
  EXPECT_EQ(again.version, "1.3");
}

TEST(MessageHeadersTest, NothingCanBecomeAnotherField) {
  MessageHeaders message;
  message.from = {"A"};
  message.to = {"B"};
  message.message_id = "<1@a>";
  const auto refused = [](const MessageHeaders& broken) { return !write_message_headers(broken); };
  EXPECT_FALSE(refused(message));
  for (auto change :
       {+[](MessageHeaders& m) { m.from.text = "A\r\nX: y"; }, +[](MessageHeaders& m) { m.message_id = "1\r\nX: y"; },
        +[](MessageHeaders& m) { m.version = "1.2\r\nX: y"; }, +[](MessageHeaders& m) { m.product = "a\nX: y"; },
        +[](MessageHeaders& m) { m.date = "a\x01"; },
        +[](MessageHeaders& m) { m.features = Features({"a\r\nX: y"}); },
        +[](MessageHeaders& m) {
          m.receipt = ReceiptRequest{};
          m.receipt->notify_to = "a\r\nX: y";
        },
        +[](MessageHeaders& m) {
          m.receipt = ReceiptRequest{};
          m.receipt->delivery_url = "http://a/\r\nX: y";
        }}) {
    MessageHeaders broken = message;
    change(broken);
    EXPECT_TRUE(refused(broken));
  }
}

// --- what kind of receipt ------------------------------------------------------------------------------------------

ReceiptRequest request(const std::string& options, const std::string& more = {}) {
  return *read_receipt_request(
      parsed("Disposition-Notification-To: x\r\nDisposition-Notification-Options: " + options + "\r\n" + more));
}

std::string digests(const ReceiptRequest& asked) {
  std::string list;
  for (const auto& algorithm : asked.mic_algorithms) {
    list += std::string(crypto::name(algorithm.digest)) + '=' + algorithm.spelling + ' ';
  }
  return list;
}

TEST(ReceiptRequests, EverySpellingOfOptions) {
  for (const std::string options :
       {"signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, sha256",
        "signed-receipt-protocol=required,pkcs7-signature;signed-receipt-micalg=required,sha256",
        "Signed-Receipt-Protocol = Optional , PKCS7-Signature ;\tSigned-Receipt-MicAlg = Optional , sha256 ;",
        "signed-receipt-protocol=optional, pcks7-signature; signed-receipt-micalg=optional, sha256",
        "signed-receipt-protocol=optional, application/pkcs7-signature; signed-receipt-micalg=optional, sha256",
        "signed-receipt-protocol=optional, application/x-pkcs7-signature; signed-receipt-micalg=optional, sha256",
        "signed-receipt-protocol=optional, \"pkcs7-signature\"; signed-receipt-micalg=optional, \"sha256\"",
        "\"signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, sha256\"",
        "signed-receipt-protocol=optional, pkcs7-signature, signed-receipt-micalg=optional, sha256",
        "signed-receipt-micalg=sha256; signed-receipt-protocol=pkcs7-signature",
        "signed-receipt-protocol=optional, x, pkcs7-signature; a=b; signed-receipt-micalg=optional, sha256, y"}) {
    const ReceiptRequest asked = request(options);
    EXPECT_TRUE(asked.wants_signature) << options;
    EXPECT_EQ(digests(asked), "sha256=sha256 ") << options;
    EXPECT_TRUE(asked.check()) << options;
  }
}

TEST(ReceiptRequests, EverySpellingOfDigests) {
  EXPECT_EQ(
      digests(
          request("signed-receipt-micalg=optional, SHA1, sha-1, SHA, rsa-sha1, sha_256, SHA-256, sha2_256, sha2-384, "
                  "sha512, MD5, rsa-md5")),
      "sha1=SHA1 sha1=sha-1 sha1=SHA sha1=rsa-sha1 sha256=sha_256 sha256=SHA-256 sha256=sha2_256 sha384=sha2-384 "
      "sha512=sha512 md5=MD5 md5=rsa-md5 ");
}

TEST(ReceiptRequests, WhatIsDemandedAndUnknownIsAnError) {
  EXPECT_EQ(
      request("signed-receipt-protocol=required, pgp; signed-receipt-micalg=optional, sha256").check().error().code,
      kUnsupportedReceipt);
  EXPECT_TRUE(request("signed-receipt-protocol=optional, pgp").check());
  EXPECT_FALSE(request("signed-receipt-protocol=optional, pgp").wants_signature);
  EXPECT_EQ(request("signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=required, x")
                .check()
                .error()
                .code,
            kUnsupportedMicAlgorithm);
  EXPECT_TRUE(request("signed-receipt-micalg=required, x, md5").check());
}

TEST(ReceiptRequests, WithoutAnAddressNobodyWantsOne) {
  EXPECT_FALSE(
      read_receipt_request(parsed("Disposition-Notification-Options: signed-receipt-micalg=optional, sha1\r\n"
                                  "Receipt-Delivery-Option: http://a/\r\n")));
  EXPECT_TRUE(read_receipt_request(parsed("Disposition-Notification-To:\r\n")));
}

TEST(ReceiptRequests, WhereTheReceiptGoes) {
  EXPECT_FALSE(request("", "Receipt-Delivery-Option:  \r\n").delivery_url);  // BizTalk: in the response
  EXPECT_FALSE(request("", "Receipt-Delivery-Option:  \r\n").delivery_fault);
  const std::string url = "HTTPS://gw.example.com:8443/as2/mdn?partner=" + std::string(300, 'x') + "#a";
  EXPECT_EQ(request("", "Receipt-Delivery-Option: " + url + "\r\n").delivery_url, url);
  EXPECT_EQ(request("", "Receipt-Delivery-Option: \"http://[::1]/\"\r\n").delivery_url, "http://[::1]/");
  for (const std::string& bad :
       {std::string("mailto:a@b"), std::string("ftp://a/"), std::string("file:///etc/passwd"), std::string("http://"),
        std::string("http:///x"), std::string("http://:80/"), std::string("http://good.example.com@evil/"),
        std::string("http://a\\@b/"), std::string("http://a b/"), std::string("gopher://x"), std::string("//a/"),
        "http://a/" + std::string(2000, 'x'), std::string("http://\xc3\xa4/")}) {
    const ReceiptRequest asked = request("", "Receipt-Delivery-Option: " + bad + "\r\n");
    EXPECT_FALSE(asked.delivery_url) << bad;
    ASSERT_TRUE(asked.delivery_fault) << bad;
    EXPECT_EQ(asked.delivery_fault->code, kBadDeliveryUrl) << bad;
  }
}

// --- file names ----------------------------------------------------------------------------------------------------

std::string file_name(const std::string& field) {
  return preserved_file_name(parsed(field + "\r\n"));
}

TEST(FileNames, InEveryEncoding) {
  EXPECT_EQ(file_name("Content-Disposition: attachment; filename=order.xml"), "order.xml");
  EXPECT_EQ(file_name("Content-Disposition: attachment; filename=\"order 1.xml\""), "order 1.xml");
  EXPECT_EQ(file_name("Content-Disposition: attachment; filename=order 1.xml"), "order 1.xml");
  EXPECT_EQ(file_name("Content-Disposition: attachment; filename=\"\"order.xml\"\""), "order.xml");
  EXPECT_EQ(file_name("Content-Disposition: attachment; name=order.xml"), "order.xml");
  EXPECT_EQ(file_name("Content-Type: application/xml; name=order.xml"), "order.xml");
  EXPECT_EQ(file_name("Content-Disposition: attachment; filename*=utf-8''%C3%A4.xml"), "\xc3\xa4.xml");
  EXPECT_EQ(file_name("Content-Disposition: attachment; filename*0=\"or\"; filename*1=\"der.xml\""), "order.xml");
  EXPECT_EQ(file_name("Content-Disposition: attachment; filename=\"=?utf-8?B?w6QueG1s?=\""), "\xc3\xa4.xml");
  EXPECT_EQ(file_name("Content-Disposition: attachment; filename=\"\xc3\xa4.xml\""), "\xc3\xa4.xml");
  EXPECT_EQ(file_name("Content-Disposition: attachment; filename=\"\xe4.xml\""), "\xc3\xa4.xml");
  EXPECT_EQ(file_name("Content-Disposition: attachment"), "");
  EXPECT_EQ(file_name("Content-Disposition: attachment; filename=\"smime.p7m\""), "");
}

TEST(FileNames, NeverChooseAFolderOrEndALine) {
  EXPECT_EQ(safe_file_name("../../etc/passwd"), "passwd");
  EXPECT_EQ(safe_file_name("C:\\orders\\1.xml"), "1.xml");
  EXPECT_EQ(safe_file_name("..\\..\\x"), "x");
  EXPECT_EQ(safe_file_name(".."), "");
  EXPECT_EQ(safe_file_name("a/"), "");
  EXPECT_EQ(safe_file_name(".profile"), "profile");
  EXPECT_EQ(safe_file_name("a\r\nX: y"), "aX y");
  EXPECT_EQ(safe_file_name(std::string_view("a\0b", 3)), "ab");
  EXPECT_EQ(safe_file_name("C:evil"), "Cevil");
  EXPECT_EQ(safe_file_name("x. . "), "x");
  std::string name;
  while (name.size() < 199) name += 'a';
  EXPECT_EQ(safe_file_name(name + "\xc3\xa4"), name);
  EXPECT_EQ(file_name("Content-Disposition: attachment; filename=\"..%2f..%2fx\""), "%2f..%2fx");
  EXPECT_EQ(file_name("Content-Disposition: attachment; filename*=utf-8''..%2f..%2fx%0d%0aX:%20y"), "xX y");
}

}  // namespace
}  // namespace sealgate::as2
