#include "mime/headers.h"

#include <gtest/gtest.h>

#include "mime/charset.h"
#include "mime/errors.h"
#include "mime/transfer_encoding.h"

namespace sealgate::mime {
namespace {

TEST(ContentType, UnderstandsWhatSendersWrite) {
  struct Case {
    const char* value;
    const char* media_type;
    const char* parameter;
    const char* expected;
  };
  const Case cases[] = {
      {"multipart/signed; boundary=\"a b\"; micalg=sha-256", "multipart/signed", "boundary", "a b"},
      {"Multipart/Signed;BOUNDARY=x;micalg=SHA1", "multipart/signed", "boundary", "x"},
      {"multipart/signed;\t\tprotocol=\"application/pkcs7-signature\";\tboundary=----=_Part_1_2.3",
       "multipart/signed", "boundary", "----=_Part_1_2.3"},
      {"multipart/mixed; boundary=\"\"x y\"\"", "multipart/mixed", "boundary", "x y"},
      {"multipart/mixed; boundary=\"\"x\"\"; a=b", "multipart/mixed", "a", "b"},
      {"multipart/mixed; boundary=\"a\\\"b\\\\c\"", "multipart/mixed", "boundary", "a\"b\\c"},
      {"multipart/mixed; boundary=(odd", "multipart/mixed", "boundary", "(odd"},
      {"text/plain; charset=us-ascii (plain text)", "text/plain", "charset", "us-ascii"},
      {"text/plain (c (nested) c); (x) charset (y) = (z) \"us-ascii\"", "text/plain", "charset", "us-ascii"},
      {"text / plain ; charset = utf-8 ;;; ", "text/plain", "charset", "utf-8"},
      {"application/pkcs7-mime; name=smime.p7m; smime-type=enveloped-data;", "application/pkcs7-mime", "smime-type",
       "enveloped-data"},
      {"application/octet-stream; name=my order 1.xml; x=y", "application/octet-stream", "name", "my order 1.xml"},
      {"application/octet-stream; name=\"C:\\orders\\1.xml\"", "application/octet-stream", "name",
       "C:\\orders\\1.xml"},
      {"\"multipart/signed; protocol=\\\"application/pkcs7-signature\\\"; boundary=\\\"x\\\"\"", "multipart/signed",
       "boundary", "x"},
      {"multipart/mixed; junk; boundary=x", "multipart/mixed", "boundary", "x"},
      {"multipart/mixed; \"junk\" boundary=x; a=b", "multipart/mixed", "a", "b"},
      {"multipart/mixed; a=\"1\" boundary=x", "multipart/mixed", "boundary", "x"},
      {"multipart/mixed boundary=x", "multipart/mixed", "boundary", "x"},
      {"text; charset=utf-8", "text/plain", "charset", "utf-8"},
      {"multipart/mixed; boundary=\"no end", "multipart/mixed", "boundary", "no end"},
      {"multipart/mixed; boundary=a; boundary=b", "multipart/mixed", "boundary", "a"},
  };
  for (const Case& c : cases) {
    const ContentType type = parse_content_type(c.value);
    EXPECT_EQ(type.media_type(), c.media_type) << c.value;
    EXPECT_EQ(type.parameter(c.parameter), c.expected) << c.value;
  }
}

TEST(ContentType, SaysWhenNothingWasStated) {
  for (const char* value : {"", "text", "/", "a/", "/b", ";", "=", "\"", "(", "\\"}) {
    const ContentType type = parse_content_type(value);
    EXPECT_FALSE(type.stated) << value;
    EXPECT_EQ(type.media_type(), "text/plain");
  }
  EXPECT_EQ(parse_content_type("multipart/mixed; boundary=\"x  \"").boundary(), "x");
  EXPECT_EQ(parse_content_type("multipart/mixed; boundary=\"\"").boundary(), std::nullopt);
  EXPECT_EQ(parse_content_type("multipart/mixed").boundary(), std::nullopt);
  EXPECT_EQ(parse_content_type("a/b; x=1; x=2").parameters.count("X"), 2U);
}

TEST(Parameters, Rfc2231) {
  const auto find = [](const char* text) {
    return std::string(parse_parameters(text).find("filename").value_or("(none)"));
  };
  EXPECT_EQ(find("; filename*=utf-8''a%20b%C3%A4"), "a b\xC3\xA4");
  EXPECT_EQ(find("; filename*=iso-8859-1'de'%e4"), "\xC3\xA4");
  EXPECT_EQ(find("; filename*0=ab; filename*1=cd"), "abcd");
  EXPECT_EQ(find("; filename*1=cd; filename*0=ab"), "abcd");
  EXPECT_EQ(find("; filename*0*=us-ascii'en'a%20; filename*1*=b%20; filename*2=\"c%20\""), "a b c%20");
  EXPECT_EQ(find("; filename*0=a; filename*2=c"), "a") << "a gap ends it";
  EXPECT_EQ(find("; filename*0=a; filename*0=b; filename*1=c"), "ac") << "the first of two counts";
  EXPECT_EQ(find("; filename=plain; filename*=utf-8''better"), "better");
  EXPECT_EQ(find("; filename*=utf-8''better; filename=plain"), "better");
  EXPECT_EQ(find("; filename*=nothing"), "nothing");
  EXPECT_EQ(find("; filename*=x-unknown''%41"), "A");
  EXPECT_EQ(find("; filename*=utf-8''%4"), "%4");
  EXPECT_EQ(find("; filename*99999999=a"), "(none)");
  EXPECT_EQ(find("; filename**=a"), "(none)");
  EXPECT_EQ(format_parameters(parse_parameters("a=1; x*1=d; b=2; x*0=c; x=e; y*z=3; *=4")),
            "; a=1; x=cd; b=2; x=e; y*z=3; =4")
      << "each in the place of its first segment";
  EXPECT_EQ(parse_parameters("boundary=a; boundary*=us-ascii''b").find("boundary"), "a")
      << "no second opinion on boundaries";
}

TEST(Parameters, FormatReadsBack) {
  for (const std::string& value : std::vector<std::string>{"plain", "", "with blank", "q\"uo\\te", "----=_x", "a/b",
                                                           "\xC3\xA4.xml", "a\r\nBcc: x", "%41*'"}) {
    Parameters parameters;
    parameters.set("Name", value);
    parameters.set("other", "1");
    const std::string text = format_parameters(parameters);
    EXPECT_EQ(text.find_first_of("\r\n"), std::string::npos);
    const Parameters back = parse_parameters(text);
    EXPECT_EQ(back.find("name"), value) << text;
    EXPECT_EQ(back.find("other"), "1");
    EXPECT_EQ(back.all().size(), 2U);
  }
  Parameters twice = parse_parameters("a=1; b=2; a=3");
  twice.set("A", "9");
  EXPECT_EQ(format_parameters(twice), "; a=9; b=2");
  twice.remove("A");
  EXPECT_EQ(format_parameters(twice), "; b=2");
}

TEST(EncodedWords, Decodes) {
  EXPECT_EQ(decode_words("=?utf-8?B?w6Q=?="), "\xC3\xA4");
  EXPECT_EQ(decode_words("=?UTF-8?b?w6Q?="), "\xC3\xA4") << "missing padding";
  EXPECT_EQ(decode_words("=?iso-8859-1?Q?a_=E4=3D?= x"), "a \xC3\xA4= x");
  EXPECT_EQ(decode_words("=?windows-1252*en?q?=80?="), "\xE2\x82\xAC");
  EXPECT_EQ(decode_words("=?us-ascii?q?a?= \r\n =?us-ascii?q?b?= c"), "ab c");
  EXPECT_EQ(decode_words("=?utf-8?B?w?= =?utf-8?B?ww==?="), "=?utf-8?B?w?= \xEF\xBF\xBD")
      << "a word that breaks off inside a byte is none";
  EXPECT_EQ(decode_words("=?utf-8?Q?=C3?= =?utf-8?Q?=A4?="), "\xC3\xA4") << "a character cut in two";
  EXPECT_EQ(decode_words("=?iso-8859-15?Q?=A4?="), "\xE2\x82\xAC") << "by iconv";
  EXPECT_EQ(decode_words("=?iso-2022-jp?B?GyRCJCIbKEI=?="), "\xE3\x81\x82");
  for (const char* same : {"plain", "", "=?", "=??", "=?utf-8?X?a?=", "=?utf-8?Q?a",
                           "=?nonsense-1?Q?a?=", "=?utf-8?B?*?=", "=?utf-8?Q?a b?=", "a =?b", "=?=?=?=?", "a@b  c"}) {
    EXPECT_EQ(decode_words(same), same);
  }
}

TEST(EncodedWords, EncodesInWordsOf75) {
  EXPECT_EQ(encode_words("plain text"), "plain text");
  EXPECT_EQ(encode_words("=?x"), "=?UTF-8?B?PT94?=");
  std::string text;
  for (int i = 0; i < 100; ++i) text += i % 3 == 0 ? "\xE2\x82\xAC" : "\xC3\xA4 ";
  const std::string encoded = encode_words(text);
  EXPECT_EQ(decode_words(encoded), text);
  for (std::size_t at = 0; at < encoded.size();) {
    const auto end = std::min(encoded.find(' ', at), encoded.size());
    EXPECT_LE(end - at, 75U);
    at = end + 1;
  }
}

TEST(Charset, CleansUtf8) {
  EXPECT_TRUE(is_utf8("a\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"));
  for (const char* bad :
       {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80", "\xE0\x80\x80", "\xFF"}) {
    EXPECT_FALSE(is_utf8(bad));
    EXPECT_TRUE(is_utf8(*to_utf8("utf-8", bad)));
  }
  EXPECT_EQ(to_utf8("us-ascii", "a\xE4"), "a\xEF\xBF\xBD");
  EXPECT_EQ(to_utf8("no-such-charset", "a"), std::nullopt);
  EXPECT_EQ(to_utf8("utf-8//TRANSLIT", "a"), std::nullopt);
  EXPECT_EQ(to_utf8("../../x", "a"), std::nullopt);
  EXPECT_EQ(to_utf8("", "a"), std::nullopt);
}

TEST(Headers, NobodyInjectsFields) {
  Headers headers;
  for (const std::string_view value :
       std::initializer_list<std::string_view>{"a\r\nBcc: x", "a\nb", "a\rb", std::string_view("a\0b", 3)}) {
    const auto added = headers.add("Subject", value);
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, kBadHeaderValue);
    EXPECT_FALSE(headers.set("Subject", value));
  }
  for (const char* name : {"", "a b", "a:", "a\n", "\xC3\xA4"}) EXPECT_FALSE(headers.add(name, "x"));
  EXPECT_TRUE(headers.empty());
}

TEST(Headers, SetReplacesAllOfThatName) {
  Headers headers;
  ASSERT_TRUE(headers.add("A", "1"));
  ASSERT_TRUE(headers.add("B", "2"));
  ASSERT_TRUE(headers.add("a", "3"));
  ASSERT_TRUE(headers.set("A", "9"));
  EXPECT_EQ(headers.serialise("\n"), "A: 9\nB: 2\n");
  EXPECT_EQ(headers.remove("a"), 1U);
  EXPECT_EQ(headers.remove("a"), 0U);
  EXPECT_EQ(headers.value("a"), std::nullopt);
}

TEST(Headers, StructuredFields) {
  Headers headers;
  EXPECT_EQ(headers.transfer_encoding(), std::nullopt);
  EXPECT_EQ(headers.file_name(), std::nullopt);
  EXPECT_FALSE(headers.content_type().stated);
  ASSERT_TRUE(headers.add("content-transfer-encoding", " Base64 (x);"));
  EXPECT_EQ(headers.transfer_encoding(), TransferEncoding::Base64);
  ASSERT_TRUE(headers.add("Content-Type", "text/xml; name=\"=?utf-8?Q?=C3=A4?=.xml\""));
  EXPECT_EQ(headers.file_name(), "\xC3\xA4.xml");
  ASSERT_TRUE(headers.add("Content-Disposition", "Attachment; filename=b.xml"));
  EXPECT_EQ(headers.content_disposition().disposition, "attachment");
  EXPECT_EQ(headers.file_name(), "b.xml");
  ASSERT_TRUE(headers.set("Content-Disposition", "filename=\"\xE4.xml\""));
  EXPECT_EQ(headers.content_disposition().disposition, "");
  EXPECT_EQ(headers.file_name(), "\xC3\xA4.xml");
  EXPECT_EQ(Headers::file_name(headers.content_type(), headers.content_disposition()), "\xC3\xA4.xml");
  EXPECT_EQ(Headers::file_name({}, {}), std::nullopt);
}

TEST(Headers, FindsNothingByAnEmptyName) {
  Headers headers;
  headers.append_parsed({"", "no field at all", "no field at all\r\n"});
  ASSERT_TRUE(headers.add("A", "1"));
  EXPECT_EQ(headers.find(""), nullptr);
  EXPECT_TRUE(headers.find_all("").empty());
  EXPECT_EQ(headers.remove(""), 0U);
  EXPECT_EQ(headers.fields().size(), 2U);
  EXPECT_EQ(headers.remove(headers.fields()[1].name), 1U) << "its own name, which goes with it";
  EXPECT_EQ(headers.serialise(), "no field at all\r\n");
}

TEST(Headers, FoldsOnlyWhenAsked) {
  const std::string value =
      "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen ";
  const std::string folded = fold_field("Subject", value, 40);
  std::string unfolded = folded;
  for (auto at = unfolded.find("\r\n"); at != std::string::npos; at = unfolded.find("\r\n", at))
    unfolded.erase(at, 2);
  EXPECT_EQ(unfolded, "Subject: " + value);
  for (std::size_t at = 0; at < folded.size();) {
    const auto end = folded.find("\r\n", at);
    EXPECT_LE(end - at, 41U);
    EXPECT_NE(folded.substr(at, end - at).find_first_not_of(' '), std::string::npos) << "no line of blanks alone";
    at = end + 2;
  }
}

TEST(Addresses, PlainlyNamed) {
  const auto one = [](const char* value) {
    const AddressList list = parse_addresses(value);
    EXPECT_TRUE(list.plain) << value;
    EXPECT_EQ(list.mailboxes.size(), 1U) << value;
    return list.mailboxes.empty() ? std::string() : list.mailboxes[0].address;
  };
  EXPECT_EQ(one("manager@example.com"), "manager@example.com");
  EXPECT_EQ(one("The Manager <manager@example.com>"), "manager@example.com");
  EXPECT_EQ(one("\"Manager, The\" <manager@example.com>"), "manager@example.com");
  EXPECT_EQ(one("<manager@example.com>"), "manager@example.com");
  EXPECT_EQ(one("\"manager\"@example.com"), "manager@example.com");
  EXPECT_EQ(one("\"a b\"@example.com"), "\"a b\"@example.com");
  EXPECT_EQ(one("a@[192.0.2.1]"), "a@[192.0.2.1]");
  EXPECT_EQ(one("=?utf-8?Q?J=C3=BCrgen?= <j@example.com>"), "j@example.com");
  const AddressList two = parse_addresses("a@b.c, X <d@e.f>");
  EXPECT_TRUE(two.plain);
  ASSERT_EQ(two.mailboxes.size(), 2U);
  EXPECT_EQ(two.mailboxes[1].display_name, "X");
}

TEST(Addresses, NotPlainlyNamed) {
  for (const std::string& value : std::vector<std::string>{"",
                                                           " ",
                                                           "The Manager",
                                                           "manager@example.com . <eve@example.com>",
                                                           "\"m@example.com\" <eve@example.com>",
                                                           "=?utf-8?Q?m=40example.com?= <eve@example.com>",
                                                           "=?utf-8?B?bUBleGFtcGxlLmNvbQ==?= <eve@example.com>",
                                                           "m@example.com <eve@example.com>",
                                                           "eve@example.com (m@example.com)",
                                                           "group: a@b.c, d@e.f;",
                                                           "<@relay:a@b.c>",
                                                           "<a@b.c> <d@e.f>",
                                                           "a@b.c, ",
                                                           ",a@b.c",
                                                           "<a@b.c",
                                                           "a@b@c",
                                                           "a b@c",
                                                           "@b",
                                                           "a@",
                                                           "\"a",
                                                           "a@b.c <d@e.f",
                                                           "<a@b.c> tail",
                                                           "x <>",
                                                           "a..b@c",
                                                           "=?utf-8?Q?a=00b?= <a@b.c>",
                                                           "\x80 <a@b.c>"}) {
    EXPECT_FALSE(parse_addresses(value).plain) << value;
  }
  EXPECT_FALSE(parse_addresses(std::string_view("a@b.c\0d", 7)).plain);
  Headers headers;
  EXPECT_FALSE(headers.from().plain);
  ASSERT_TRUE(headers.add("From", "a@b.c"));
  EXPECT_TRUE(headers.from().plain);
  ASSERT_TRUE(headers.add("From", "d@e.f"));
  EXPECT_FALSE(headers.from().plain);
  EXPECT_EQ(headers.from().mailboxes.size(), 2U);
}

}  // namespace
}  // namespace sealgate::mime
