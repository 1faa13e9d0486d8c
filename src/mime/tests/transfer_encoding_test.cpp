#include "mime/transfer_encoding.h"

#include <openssl/evp.h>

#include "mime/base64.h"
#include "mime/base64_coder.h"
#include "mime/errors.h"
#include "mime/tests/helpers.h"

namespace sealgate::mime {
namespace {

using testing::chunk_sizes;
using testing::feed_all;
using testing::random_below;
using testing::random_bytes;
using testing::random_words;

struct Outcome {
  std::string error;
  std::string bytes;
  friend bool operator==(const Outcome&, const Outcome&) = default;
};

std::ostream& operator<<(std::ostream& out, const Outcome& outcome) {
  return out << outcome.error << ' ' << testing::visible(outcome.bytes);
}

/// The bytes count only when there is no error: how much was written before it depends on the pieces.
Outcome run(Sink& coder, const BufferSink& target, std::string_view data, std::size_t chunk) {
  const auto result = feed_all(coder, data, chunk);
  if (!result) return {std::string(result.error().code.id), ""};
  return {"", std::string(as_text(target.bytes()))};
}

Outcome decode(TransferEncoding encoding, std::string_view text, bool strict = false,
               std::size_t chunk = static_cast<std::size_t>(-1)) {
  BufferSink target;
  DecodeOptions options;
  options.strict = strict;
  const auto decoder = make_decoder(encoding, target, options);
  return run(*decoder, target, text, chunk);
}

std::string encode(TransferEncoding encoding, std::string_view data, EncodeOptions options = {},
                   std::size_t chunk = static_cast<std::size_t>(-1)) {
  BufferSink target;
  const auto encoder = make_encoder(encoding, target, options);
  const Outcome outcome = run(*encoder, target, data, chunk);
  EXPECT_EQ(outcome.error, "");
  return outcome.bytes;
}

/// OpenSSL's idea of base64, in one line.
std::string openssl_base64(std::string_view data) {
  std::string out((data.size() + 2) / 3 * 4 + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(data.data()), static_cast<int>(data.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string in_lines(const std::string& text, std::size_t columns, const std::string& eol, bool final_eol) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += columns) {
    if (at > 0) out += eol;
    out += text.substr(at, columns);
  }
  return final_eol && !text.empty() ? out + eol : out;
}

TEST(Base64, EqualsOpensslForEveryLengthAndKernel) {
  for (std::size_t size = 0; size <= 300; ++size) {
    const std::string data = random_bytes(size);
    const std::string expected = openssl_base64(data);
    EXPECT_EQ(base64_encode(as_bytes(data)), expected);
    const auto back = base64_decode(expected);
    ASSERT_TRUE(back);
    EXPECT_EQ(as_text(*back), data);
    for (const detail::Base64Kernel& kernel : detail::base64_kernels()) {
      for (const auto& [columns, eol] :
           {std::pair<std::size_t, const char*>{76, "\r\n"}, {64, "\n"}, {4, "\n"}, {72, "\r\n"}}) {
        EncodeOptions options;
        options.line_length = columns;
        options.eol = eol;
        options.final_eol = size % 2 == 0;
        const std::string lines = in_lines(expected, columns, eol, options.final_eol);
        for (const std::size_t chunk : {std::size_t{1}, std::size_t{10}, std::size_t{57}, std::size_t{1000}}) {
          BufferSink encoded;
          detail::Base64Encoder encoder(encoded, options, kernel);
          ASSERT_EQ(run(encoder, encoded, data, chunk).bytes, lines) << kernel.name << ' ' << size;
          BufferSink decoded;
          DecodeOptions strict;
          strict.strict = true;
          detail::Base64Decoder decoder(decoded, strict, kernel);
          ASSERT_EQ(run(decoder, decoded, lines, chunk), (Outcome{"", data})) << kernel.name << ' ' << size;
        }
      }
    }
  }
}

TEST(Base64, LargeRandomDataWithEveryKernel) {
  const std::string data = random_bytes(300'001);
  const std::string expected = in_lines(openssl_base64(data), 76, "\r\n", true);
  for (const detail::Base64Kernel& kernel : detail::base64_kernels()) {
    for (const std::size_t chunk : {std::size_t{1000}, std::size_t{65536}, data.size()}) {
      BufferSink encoded;
      detail::Base64Encoder encoder(encoded, EncodeOptions{}, kernel);
      ASSERT_TRUE(run(encoder, encoded, data, chunk).bytes == expected) << kernel.name;
      BufferSink decoded;
      detail::Base64Decoder decoder(decoded, DecodeOptions{}, kernel);
      ASSERT_TRUE(run(decoder, decoded, expected, chunk).bytes == data) << kernel.name;
    }
  }
}

TEST(Base64, EveryByteValueIsClassifiedTheSameByEveryKernel) {
  // One foreign byte at each position of a vector: the kernels must stop exactly there.
  for (unsigned value = 0; value < 256; ++value) {
    for (std::size_t at = 0; at < 36; ++at) {
      std::string text(48, 'Q');
      text[at] = static_cast<char>(value);
      Outcome expected;
      for (const bool strict : {false, true}) {
        for (const detail::Base64Kernel& kernel : detail::base64_kernels()) {
          BufferSink decoded;
          DecodeOptions options;
          options.strict = strict;
          detail::Base64Decoder decoder(decoded, options, kernel);
          const Outcome got = run(decoder, decoded, text, text.size());
          if (std::string_view(kernel.name) == "scalar") expected = got;
          ASSERT_EQ(got, expected) << kernel.name << ' ' << value << ' ' << at;
        }
      }
    }
  }
}

TEST(Base64, KernelsAndPiecesAgreeOnHostileText) {
  const std::vector<std::string> words = {"AAAA",
                                          "QUJD",
                                          "/+ab",
                                          "\r\n",
                                          "\n",
                                          " ",
                                          "=",
                                          "==",
                                          "A",
                                          "zz",
                                          "!",
                                          "\xFF",
                                          std::string(76, 'Q') + "\r\n",
                                          std::string(1, '\0'),
                                          std::string(32, 'b')};
  for (int round = 0; round < 3000; ++round) {
    const std::string text = random_words(words, random_below(20));
    for (const bool strict : {false, true}) {
      const Outcome expected = decode(TransferEncoding::Base64, text, strict, 1);
      for (const detail::Base64Kernel& kernel : detail::base64_kernels()) {
        for (const std::size_t chunk : {std::size_t{3}, std::size_t{50}, std::size_t{5000}}) {
          BufferSink decoded;
          DecodeOptions options;
          options.strict = strict;
          detail::Base64Decoder decoder(decoded, options, kernel);
          ASSERT_EQ(run(decoder, decoded, text, chunk), expected) << kernel.name << testing::visible(text);
        }
      }
    }
  }
}

TEST(Base64, TolerantAndStrict) {
  struct Case {
    const char* text;
    const char* lenient;  ///< null: an error
    const char* strict;
  };
  const Case cases[] = {
      {"QUI=", "AB", "AB"},
      {"QUI", "AB", nullptr},
      {"QQ==", "A", "A"},
      {"QQ=", "A", nullptr},
      {"QQ", "A", nullptr},
      {"Q", nullptr, nullptr},
      {"QUJDQ", nullptr, nullptr},
      {"Q===", nullptr, nullptr},
      {" Q\tU\r\nI = ", "AB", "AB"},
      {"QQ=\r\n=", "A", "A"},
      {"QU*JD", "ABC", nullptr},
      {"QQ==QQ==", "A", nullptr},
      {"QUJD\r\n--\r\n", "ABC", nullptr},
      {"QUJD=", "ABC", nullptr},
      {"=", "", nullptr},
      {"QQ===", "A", nullptr},
      {"", "", ""},
      {"QUJD\r\n\r\n", "ABC", "ABC"},
      {"QQ==\r\nfooter!", "A", nullptr},
  };
  for (const Case& c : cases) {
    for (const std::size_t chunk : chunk_sizes()) {
      const Outcome error{"mime.base64", ""};
      EXPECT_EQ(decode(TransferEncoding::Base64, c.text, false, chunk),
                c.lenient == nullptr ? error : (Outcome{"", c.lenient}))
          << c.text;
      EXPECT_EQ(decode(TransferEncoding::Base64, c.text, true, chunk),
                c.strict == nullptr ? error : (Outcome{"", c.strict}))
          << c.text;
    }
  }
  EXPECT_EQ(base64_decode("QUI").error().code, kBadBase64);
}

TEST(QuotedPrintable, Decodes) {
  struct Case {
    std::string text;
    const char* lenient;
    const char* strict;
  };
  const Case cases[] = {
      {"a=3Db", "a=b", "a=b"},
      {"a=3db", "a=b", "a=b"},
      {"one=\r\ntwo=\nthree", "onetwothree", "onetwothree"},
      {"one= \t\r\ntwo", "onetwo", "onetwo"},
      {"blank \t\r\nnext \nlast  ", "blank\r\nnext\nlast", "blank\r\nnext\nlast"},
      {"a b\tc", "a b\tc", "a b\tc"},
      {"a \rb", "a \rb", "a \rb"},
      {"a=", "a", "a"},
      {"a=\r", "a", "a"},
      {"a= ", "a", "a"},
      {"a=4", "a=4", nullptr},
      {"a=zb", "a=zb", nullptr},
      {"a=4zb", "a=4zb", nullptr},
      {"a==41", "a=A", nullptr},
      {"a= b", "a= b", nullptr},
      {"a=\rb", "a=\rb", nullptr},
      {"a=20\r\n", "a \r\n", "a \r\n"},
      {"\r\r\n", "\r\r\n", "\r\r\n"},
      {"", "", ""},
  };
  for (const Case& c : cases) {
    for (const std::size_t chunk : chunk_sizes()) {
      const Outcome error{"mime.quoted-printable", ""};
      EXPECT_EQ(decode(TransferEncoding::QuotedPrintable, c.text, false, chunk), (Outcome{"", c.lenient}))
          << testing::visible(c.text);
      EXPECT_EQ(decode(TransferEncoding::QuotedPrintable, c.text, true, chunk),
                c.strict == nullptr ? error : (Outcome{"", c.strict}))
          << testing::visible(c.text);
    }
  }
}

TEST(QuotedPrintable, HoldsNoUnboundedRunOfBlanks) {
  const std::string blanks(100'000, ' ');
  const Outcome whole = decode(TransferEncoding::QuotedPrintable, "a" + blanks + "b\n");
  EXPECT_EQ(whole.bytes, "a" + blanks + "b\n");
  for (const std::string& text : {"a" + blanks + "\r\n", "a=" + blanks + "\r\nb", "a" + blanks}) {
    const Outcome expected = decode(TransferEncoding::QuotedPrintable, text);
    for (const std::size_t chunk : {1U, 7U, 997U})
      EXPECT_EQ(decode(TransferEncoding::QuotedPrintable, text, false, chunk), expected);
  }
}

TEST(QuotedPrintable, RoundTripsExactly) {
  const std::vector<std::string> words = {"\r",
                                          "\n",
                                          "\r\n",
                                          " ",
                                          "\t",
                                          "=",
                                          "text",
                                          ".",
                                          "From ",
                                          "\xC3\xA4",
                                          std::string(80, 'x'),
                                          std::string(1, '\0')};
  for (int round = 0; round < 3000; ++round) {
    const std::string data = round % 2 == 0 ? random_words(words, random_below(30)) : random_bytes(random_below(200));
    EncodeOptions options;
    options.eol = round % 3 == 0 ? "\n" : "\r\n";
    options.line_length = round % 5 == 0 ? 20 : 76;
    const std::string text = encode(TransferEncoding::QuotedPrintable, data, options);
    for (const std::size_t chunk : {1U, 3U, 50U}) {
      ASSERT_EQ(encode(TransferEncoding::QuotedPrintable, data, options, chunk), text);
      ASSERT_EQ(decode(TransferEncoding::QuotedPrintable, text, true, chunk), (Outcome{"", data}))
          << testing::visible(text);
    }
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find('\n', at), text.size());
      const std::string_view line = std::string_view(text).substr(at, end - at);
      ASSERT_LE(line.size(), options.line_length + 1);
      ASSERT_FALSE(line.starts_with(".") || line.starts_with("From ") || line.ends_with(" "))
          << testing::visible(text);
      at = end + 1;
    }
  }
  EXPECT_EQ(encode(TransferEncoding::QuotedPrintable, "Order 1\r\n\xC3\xA4 \r\nend"), "Order 1\r\n=C3=A4=20\r\nend");
}

TEST(QuotedPrintable, PiecesAgreeOnHostileText) {
  const std::vector<std::string> words = {"=",  "=4", "=41",  "4",     "1", " ",   "\t",
                                          "\r", "\n", "\r\n", "=\r\n", "x", "=zz", "= "};
  for (int round = 0; round < 20000; ++round) {
    const std::string text = random_words(words, random_below(20));
    for (const bool strict : {false, true}) {
      const Outcome expected = decode(TransferEncoding::QuotedPrintable, text, strict);
      for (const std::size_t chunk : {1U, 2U, 5U}) {
        ASSERT_EQ(decode(TransferEncoding::QuotedPrintable, text, strict, chunk), expected) << testing::visible(text);
      }
    }
  }
}

TEST(Uuencode, KnownVectorAndRoundTrips) {
  const std::string cat = "begin 644 cat.txt\n#0V%T\n`\nend\n";
  EXPECT_EQ(decode(TransferEncoding::Uuencode, "some text\nbegin here\n" + cat + "after\n", true),
            (Outcome{"", "Cat"}));
  EncodeOptions options;
  options.eol = "\n";
  options.uuencode_name = "cat.txt";
  EXPECT_EQ(encode(TransferEncoding::Uuencode, "Cat", options), cat);
  options.uuencode_name = "a\r\nb";
  EXPECT_EQ(encode(TransferEncoding::Uuencode, "", options), "begin 644 a__b\n`\nend\n");
  for (std::size_t size = 0; size <= 200; ++size) {
    const std::string data = random_bytes(size);
    const std::string text = encode(TransferEncoding::Uuencode, data);
    for (const std::size_t chunk : chunk_sizes()) {
      ASSERT_EQ(encode(TransferEncoding::Uuencode, data, {}, chunk), text);
      ASSERT_EQ(decode(TransferEncoding::Uuencode, text, true, chunk), (Outcome{"", data}));
    }
    // Some tools write blanks for zero, and mail paths drop them at the end of a line.
    std::string blanks = text;
    const auto body = blanks.find('\n') + 1;
    std::replace(blanks.begin() + static_cast<std::ptrdiff_t>(body), blanks.end(), '`', ' ');
    ASSERT_EQ(decode(TransferEncoding::Uuencode, blanks), (Outcome{"", data}));
  }
}

TEST(Uuencode, DamageIsAnError) {
  const std::string text = encode(TransferEncoding::Uuencode, random_bytes(100));
  const Outcome error{"mime.uuencode", ""};
  for (std::size_t size = 0; size + 2 < text.size(); ++size) {
    EXPECT_EQ(decode(TransferEncoding::Uuencode, text.substr(0, size), false, 3), error) << size;
  }
  EXPECT_EQ(decode(TransferEncoding::Uuencode, "begin 644 x\n#abcd\n`\nend\n"), error)
      << "characters above the alphabet";
  EXPECT_EQ(decode(TransferEncoding::Uuencode, "begin 644 x\n" + std::string(100'000, 'M') + "\nend\n", false, 7),
            error);
  EXPECT_EQ(decode(TransferEncoding::Uuencode, std::string(100'000, 'x') + "\nbegin 644 x\n#0V%T\n`\nend\n", false, 7)
                .bytes,
            "Cat");
  EXPECT_EQ(decode(TransferEncoding::Uuencode, "begin 644 x\n#0V\n`\nend\n", true), error) << "too short when strict";
}

TEST(TransferEncoding, Names) {
  for (const TransferEncoding encoding :
       {TransferEncoding::SevenBit, TransferEncoding::EightBit, TransferEncoding::Binary, TransferEncoding::Base64,
        TransferEncoding::QuotedPrintable, TransferEncoding::Uuencode}) {
    EXPECT_EQ(parse_transfer_encoding(transfer_encoding_name(encoding)), encoding);
  }
  EXPECT_EQ(parse_transfer_encoding(" (c) BASE64 ; x"), TransferEncoding::Base64);
  EXPECT_EQ(parse_transfer_encoding("\"base64\""), TransferEncoding::Base64);
  EXPECT_EQ(parse_transfer_encoding("x-UUE"), TransferEncoding::Uuencode);
  for (const char* name : {"", "gzip", "base64x", "("})
    EXPECT_EQ(parse_transfer_encoding(name), TransferEncoding::Unknown);
}

TEST(TransferEncoding, IdentityAndUnknown) {
  const std::string data = random_bytes(1000);
  for (const TransferEncoding encoding : {TransferEncoding::EightBit, TransferEncoding::Binary}) {
    EXPECT_EQ(encode(encoding, data), data);
    EXPECT_EQ(decode(encoding, data), (Outcome{"", data}));
  }
  EXPECT_EQ(decode(TransferEncoding::SevenBit, data), (Outcome{"", data}));
  BufferSink target;
  EXPECT_TRUE(make_encoder(TransferEncoding::SevenBit, target)->write(as_bytes("plain\r\n")));
  EXPECT_EQ(make_encoder(TransferEncoding::SevenBit, target)->write(as_bytes("\x80")).error().code, kNotSevenBit);
  EXPECT_EQ(make_encoder(TransferEncoding::SevenBit, target)->write(as_bytes(std::string_view("\0", 1))).error().code,
            kNotSevenBit);
  EXPECT_EQ(decode(TransferEncoding::Unknown, "x").error, "mime.unknown-transfer-encoding");
  EXPECT_EQ(decode(TransferEncoding::Unknown, ""), (Outcome{"", ""}));
}

/// Fails the n-th write.
class FailingSink final : public Sink {
 public:
  Result<> write(ByteView bytes) override {
    if (bytes.empty()) return {};
    return fail(kBadBase64, "stop");
  }
  Result<> finish() override { return fail(kBadBase64, "stop"); }
};

TEST(TransferEncoding, PiecesMayGrow) {
  const std::string data = random_bytes(300'000);
  const auto in_growing_pieces = [](Sink& sink, std::string_view text) {
    for (std::size_t size = 1; !text.empty(); size *= 10) {
      ASSERT_TRUE(sink.write(as_bytes(text.substr(0, size))));
      text.remove_prefix(std::min(size, text.size()));
    }
    ASSERT_TRUE(sink.finish());
  };
  BufferSink encoded;
  in_growing_pieces(*make_encoder(TransferEncoding::Base64, encoded), data);
  EXPECT_EQ(as_text(encoded.bytes()), encode(TransferEncoding::Base64, data));
  BufferSink decoded;
  in_growing_pieces(*make_decoder(TransferEncoding::Base64, decoded), as_text(encoded.bytes()));
  EXPECT_EQ(as_text(decoded.bytes()), data);
}

TEST(TransferEncoding, ErrorsOfTheTargetComeBack) {
  for (const TransferEncoding encoding :
       {TransferEncoding::SevenBit, TransferEncoding::Binary, TransferEncoding::Base64,
        TransferEncoding::QuotedPrintable, TransferEncoding::Uuencode}) {
    FailingSink target;
    const auto encoder = make_encoder(encoding, target);
    EXPECT_FALSE(feed_all(*encoder, "some text", 100));
    const auto decoder = make_decoder(encoding, target);
    EXPECT_FALSE(feed_all(*decoder, "begin 644 x\n#0V%T\n`\nend\nQUJD", 100));
  }
}

}  // namespace
}  // namespace sealgate::mime
