#include "cms/ber.h"

#include <gtest/gtest.h>
#include <algorithm>

#include "cms/ber_cursor.h"
#include "cms/der.h"
#include "cms/errors.h"

namespace sealgate::cms {
namespace {

/// Enters structures, streams octet strings, captures the rest; writes down what happens.
class Recorder final : public BerHandler {
 public:
  Result<BerAction> on_element(const BerHeader& header) override {
    log += '<' + std::to_string(header.number) + '@' + std::to_string(header.depth);
    if (header.is(tag::kOctetString)) return BerAction::Octets;
    if (header.is_context(7)) return BerAction::Raw;
    if (header.is_context(8)) return BerAction::Skip;
    if (header.is_context(9)) return BerAction::Capture;
    return header.constructed ? BerAction::Enter : BerAction::Capture;
  }
  Result<> on_captured(const BerHeader&, ByteView element) override {
    log += '=' + to_hex(element) + '>';
    return {};
  }
  Result<> on_content(ByteView octets) override {
    content += to_hex(octets);
    return {};
  }
  Result<> on_end(const BerHeader&) override {
    log += '>';
    return {};
  }
  std::string log;
  std::string content;
};

Bytes hex(std::string_view digits) {
  Bytes bytes;
  std::string clean;
  for (const char c : digits) {
    if (c != ' ') clean += c;
  }
  for (std::size_t i = 0; i + 1 < clean.size(); i += 2) {
    bytes.push_back(static_cast<Byte>(std::stoi(clean.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

struct Parsed {
  Result<> status;
  std::string log;
  std::string content;
  std::string id() const { return status ? "ok" : std::string(status.error().code.id); }
};

Parsed parse(ByteView input, BerLimits limits = {}, std::size_t chunk = 1) {
  Recorder recorder;
  BerParser parser(recorder, limits);
  Result<> status;
  while (status && !input.empty()) {
    const ByteView part = input.first(std::min(chunk, input.size()));
    input = input.subspan(part.size());
    status = parser.write(part);
  }
  if (status) status = parser.finish();
  return {std::move(status), recorder.log, recorder.content};
}

TEST(Ber, DefiniteStructure) {
  const Parsed parsed = parse(hex("30 08 020105 0403 616263"));
  EXPECT_EQ(parsed.id(), "ok");
  EXPECT_EQ(parsed.log, "<16@0<2@1=020105><4@1>>");
  EXPECT_EQ(parsed.content, "616263");
}

TEST(Ber, IndefiniteNestedOctetStrings) {
  const Parsed parsed = parse(hex("3080 2480 040161 2480 040162 2403 040163 0000 0400 0000 0000"));
  EXPECT_EQ(parsed.id(), "ok") << parsed.status.error().to_string();
  EXPECT_EQ(parsed.content, "616263");
  EXPECT_EQ(parsed.log, "<16@0<4@1>>");
}

TEST(Ber, EmptyElements) {
  EXPECT_EQ(parse(hex("3000")).id(), "ok");
  EXPECT_EQ(parse(hex("3080 0000")).id(), "ok");
  EXPECT_EQ(parse(hex("3002 3000")).log, "<16@0<16@1>>");
  EXPECT_EQ(parse(hex("3002 0400")).log, "<16@0<4@1>>");
  EXPECT_EQ(parse(hex("3004 2480 0000")).log, "<16@0<4@1>>");
}

TEST(Ber, RawKeepsHeadersAndDropsOuterEnd) {
  const Parsed parsed = parse(hex("3080 a780 3080 020101 0000 0000 0000"));
  EXPECT_EQ(parsed.id(), "ok");
  EXPECT_EQ(parsed.content, "30800201010000");
}

TEST(Ber, CaptureKeepsEverything) {
  const Parsed parsed = parse(hex("3080 a980 3080 020101 0000 0000 0000"));
  EXPECT_EQ(parsed.log,
            "<16@0<9@1=a98030800201010000"
            "0000>>");
}

TEST(Ber, SkippedElements) {
  EXPECT_EQ(parse(hex("3080 a880 3080 020101 0000 0000 0000")).log, "<16@0<8@1>");
  EXPECT_EQ(parse(hex("3005 a803 020101")).log, "<16@0<8@1>");
}

TEST(Ber, MultiByteTagsAndLongLengths) {
  EXPECT_EQ(parse(hex("3006 9f8148 02 0102")).log, "<16@0<200@1=9f8148020102>>");
  EXPECT_EQ(parse(hex("30 8400000003 020105")).id(), "ok");
  EXPECT_EQ(parse(hex("30 880000000000000003 020105")).id(), "ok");
}

TEST(Ber, LengthsUpTo63Bits) {
  const Parsed parsed = parse(hex("24 887fffffffffffff00 0401 61"));
  EXPECT_EQ(parsed.id(), "cms.truncated");
  EXPECT_EQ(parsed.content, "61");
  EXPECT_EQ(parse(hex("24 88ffffffffffffff00 040161")).id(), "cms.malformed");
  EXPECT_EQ(parse(hex("30 89000000000000000001 00")).id(), "cms.malformed");
}

TEST(Ber, Malformed) {
  EXPECT_EQ(parse(hex("0480 0000")).id(), "cms.malformed") << "primitive with indefinite length";
  EXPECT_EQ(parse(hex("3003 0405 61")).id(), "cms.malformed") << "child longer than parent";
  EXPECT_EQ(parse(hex("3002 3080 0000")).id(), "cms.malformed") << "indefinite child without room for its end";
  EXPECT_EQ(parse(hex("3002 0000")).id(), "cms.malformed") << "end marker in a definite structure";
  EXPECT_EQ(parse(hex("0000")).id(), "cms.malformed");
  EXPECT_EQ(parse(hex("3080 0001 00")).id(), "cms.malformed") << "end marker with content";
  EXPECT_EQ(parse(hex("3080 2480 0201 05")).id(), "cms.malformed") << "no octet string inside one";
  EXPECT_EQ(parse(hex("3001 04 00")).id(), "cms.malformed") << "header cut by the parent";
  EXPECT_EQ(parse(hex("9f80 01 00")).id(), "cms.malformed") << "tag with leading zero digits";
  EXPECT_EQ(parse(hex("9fffffffffff01 00")).id(), "cms.malformed") << "tag number too large";
}

TEST(Ber, TruncatedAtEveryOctet) {
  const Bytes whole = hex("3080 2480 040161 2480 040162 0000 0000 a903020105 a780020105 0000 0000");
  ASSERT_EQ(parse(whole).id(), "ok");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(parse(ByteView(whole).first(size)).id(), "cms.truncated") << size;
  }
}

TEST(Ber, TrailingOctets) {
  EXPECT_EQ(parse(hex("3000 0000 0d0a 0a 00")).id(), "ok");
  EXPECT_EQ(parse(hex("3000 3000")).id(), "cms.trailing-data");
}

TEST(Ber, ChunkSizeDoesNotMatter) {
  const Bytes whole = hex("3080 2480 040161 2480 04026263 0000 0000 a903020105 a7800201050000 0000");
  const Parsed once = parse(whole, {}, 1000);
  for (const std::size_t chunk : {std::size_t{1}, std::size_t{2}, std::size_t{3}, std::size_t{7}}) {
    const Parsed pieces = parse(whole, {}, chunk);
    EXPECT_EQ(pieces.log, once.log);
    EXPECT_EQ(pieces.content, once.content);
  }
}

TEST(Ber, DepthLimit) {
  Bytes deep;
  for (int i = 0; i < 10000; ++i) append(deep, hex("3080"));
  EXPECT_EQ(parse(deep).id(), "cms.limit-depth");
  Bytes strings = hex("3080");
  for (int i = 0; i < 10000; ++i) append(strings, hex("2480"));
  EXPECT_EQ(parse(strings).id(), "cms.limit-depth");
}

TEST(Ber, CaptureLimit) {
  EXPECT_EQ(parse(hex("3080 a9 84 7fffffff 00"), {64, 100}).id(), "cms.limit-structure") << "by its length alone";
  Bytes endless = hex("3080 a980");
  for (int i = 0; i < 1000; ++i) append(endless, hex("020105"));
  EXPECT_EQ(parse(endless, {64, 100}).id(), "cms.limit-structure") << "by what arrives";
}

TEST(BerCursor, ReadsIndefiniteStructures) {
  const Bytes bytes = hex("3080 3080 020105 0000 2480 040161 040162 0000 0000");
  const auto outer = parse_single(bytes, "test");
  ASSERT_TRUE(outer);
  BerCursor cursor(*outer, "test");
  const auto inner = cursor.next(tag::kSequence);
  ASSERT_TRUE(inner);
  EXPECT_EQ(to_hex(inner->content), "020105");
  const auto text = cursor.next(tag::kOctetString);
  ASSERT_TRUE(text);
  EXPECT_EQ(to_hex(*octet_string(*text)), "6162");
  EXPECT_TRUE(cursor.expect_end());
  EXPECT_EQ(to_hex(*to_der(*outer)),
            "30093003020105"
            "04026162");
}

TEST(BerCursor, DerSortsSetsAndShortensLengths) {
  const Bytes short_length = hex("31 8109 020103 02 8101 01 3080 0000");
  EXPECT_FALSE(parse_single(short_length, "test")) << "nine octets announced, eleven there";
  const Bytes bytes = hex("31 810b 020103 02 8101 01 3080 0000");
  const auto good = parse_single(bytes, "test");
  ASSERT_TRUE(good);
  EXPECT_EQ(to_hex(*to_der(*good)),
            "3108"
            "020101"
            "020103"
            "3000");
  // As long as it was, and inside others; a number that does not fit the first octet.
  const Bytes outer = hex("300e 3106 020103 020101 bf2803 020107");
  const auto sequence = parse_single(outer, "test");
  ASSERT_TRUE(sequence);
  EXPECT_EQ(to_hex(*to_der(*sequence)), "300e3106020101020103bf2803020107");
}

TEST(BerCursor, RefusesDamage) {
  for (const char* bad : {"", "30", "3005 0201", "3080 020105", "3080 00", "0480 0000", "30030401", "3000 00"}) {
    EXPECT_FALSE(parse_single(hex(bad), "test")) << bad;
  }
  Bytes deep;
  for (int i = 0; i < 1000; ++i) append(deep, hex("3080"));
  EXPECT_FALSE(parse_single(deep, "test"));
  Bytes definite = hex("3000");
  for (int i = 0; i < 100; ++i) definite = der_element(der::kSequence, definite);
  const auto nested = parse_single(definite, "test");
  ASSERT_TRUE(nested);
  EXPECT_FALSE(to_der(*nested)) << "too deep to re-encode";
}

TEST(Der, ObjectIdentifiers) {
  for (const char* text : {"1.2.840.113549.1.7.2", "2.16.840.1.101.3.4.2.1", "1.3.101.112", "2.5.4.3", "0.9.2342",
                           "2.999.3", "2.25.72057594037927935"}) {
    const Bytes encoded = der_oid(text);
    EXPECT_EQ(*oid(*parse_single(encoded, "test")), text);
  }
  for (const char* bad : {"0600", "0601 80", "0602 8001", "0602 2aff", "060b 2affffffffffffffffff7f"}) {
    EXPECT_FALSE(oid(*parse_single(hex(bad), "test"))) << bad;
  }
}

TEST(Der, LongObjectIdentifiers) {
  std::string text = "2.47";
  for (std::size_t octets = 1; octets < 64; ++octets) text += ".127";
  const Bytes encoded = der_oid(text);
  EXPECT_EQ(encoded.size(), 66U);
  EXPECT_EQ(*oid(*parse_single(encoded, "test")), text) << "as long as any may be";
  EXPECT_FALSE(oid(*parse_single(der_oid(text + ".1"), "test")));

  for (std::size_t octets = 64; octets < 128; ++octets) text += ".1";
  const Bytes longer = der_oid(text);
  EXPECT_EQ(to_hex(ByteView(longer).first(4)), "0681807f") << "its length takes an octet more";
  EXPECT_EQ(parse_single(longer, "test")->content.size(), 128U);
}

TEST(Der, SetsInSets) {
  // Both out of order, with members that are equal and that begin alike.
  const Bytes bytes = hex("3112 310a 040162 04026161 040161 020105 020105");
  const auto set = parse_single(bytes, "test");
  ASSERT_TRUE(set);
  const Bytes sorted = *to_der(*set);
  EXPECT_EQ(to_hex(sorted), "3112020105020105310a04016104016204026161");
  EXPECT_EQ(*to_der(*parse_single(sorted, "test")), sorted) << "what is in order stays";
}

TEST(Der, OneOddElementAnywhere) {
  // What is DER but for one element comes out as if it were, however deep that lies.
  const Bytes good = hex("3012 a010 300e 3106 020101 020103 0404 61626364");
  EXPECT_EQ(*to_der(*parse_single(good, "test")), good);
  for (const char* odd : {"3013 a011 300f 3107 02810101 020103 0404 61626364",     // a length in two octets
                          "3012 a010 300e 3106 020103 020101 0404 61626364",       // out of order
                          "3014 a012 3010 3106 020101 020103 2406 0404 61626364",  // an octet string in parts
                          "3014 a012 3010 3180 020101 020103 0000 0404 61626364",  // without a length
                          "3080 a010 300e 3106 020101 020103 0404 61626364 0000"}) {
    const Bytes bytes = hex(odd);
    EXPECT_EQ(*to_der(*parse_single(bytes, "test")), good) << odd;
  }
  const Bytes damaged = hex("3012 a010 300e 3106 020101 020104 0405 61626364");
  EXPECT_FALSE(to_der(*parse_single(damaged, "test"))) << "an element reaches past the one around it";
}

TEST(Der, Integers) {
  EXPECT_EQ(to_hex(der_integer(0)), "020100");
  EXPECT_EQ(to_hex(der_integer(127)), "02017f");
  EXPECT_EQ(to_hex(der_integer(128)), "02020080");
  EXPECT_EQ(to_hex(der_integer(600000)), "02030927c0");
  EXPECT_EQ(*small_integer(*parse_single(der_integer(600000), "test")), 600000U);
  EXPECT_FALSE(small_integer(*parse_single(hex("0201ff"), "test")));
  EXPECT_FALSE(small_integer(*parse_single(hex("0209 010000000000000000"), "test")));
}

TEST(Der, Headers) {
  for (const std::uint64_t length : {0ULL, 127ULL, 128ULL, 255ULL, 256ULL, 65535ULL, 65536ULL, 1ULL << 40U}) {
    Bytes header;
    append_der_header(header, 4, length);
    EXPECT_EQ(header.size(), der_header_size(length));
    BerHeader decoded;
    std::size_t used = 0;
    EXPECT_EQ(decode_header(header, decoded, used), HeaderStatus::Complete);
    EXPECT_EQ(decoded.length, length);
  }
}

TEST(Der, Times) {
  const auto check = [](std::string_view rfc3339, std::string_view encoded) {
    const Time time = *parse_rfc3339(rfc3339);
    const Bytes der = der_time(time);
    EXPECT_EQ(as_text(ByteView(der).subspan(2)), encoded);
    const auto parsed = parse_single(der, "test");
    EXPECT_EQ(to_rfc3339(*parse_time(parsed->header, parsed->content)), rfc3339);
  };
  check("2026-11-21T07:30:00Z", "261121073000Z");
  check("1950-01-01T00:00:00Z", "500101000000Z");
  check("2049-12-31T23:59:59Z", "491231235959Z");
  check("2050-01-01T00:00:00Z", "20500101000000Z");
  const auto read = [](Byte tag_octet, std::string_view text) {
    const Bytes der = der_element(tag_octet, as_bytes(text));
    const auto parsed = parse_single(der, "test");
    const auto time = parse_time(parsed->header, parsed->content);
    return time ? to_rfc3339(*time) : "error";
  };
  EXPECT_EQ(read(der::kUtcTime, "9912312359Z"), "1999-12-31T23:59:00Z");
  EXPECT_EQ(read(der::kUtcTime, "991231235900+0130"), "1999-12-31T22:29:00Z");
  EXPECT_EQ(read(der::kGeneralizedTime, "20240102030405.678Z"), "2024-01-02T03:04:05Z");
  for (const char* bad : {"", "Z", "991331235959Z", "990230000000Z", "991231246000Z", "9912312359", "99123123595Z",
                          "991231235959+01", "abcdefghijklZ"}) {
    EXPECT_EQ(read(der::kUtcTime, bad), "error") << bad;
  }
}

}  // namespace
}  // namespace sealgate::cms
