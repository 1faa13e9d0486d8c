#include "mime/sniff.h"

#include <gtest/gtest.h>

#include <string>

namespace sealgate::mime {
namespace {

Sniff whole(std::string_view text) {
  return looks_like_mime(as_bytes(text), true);
}

TEST(Sniff, TellsEntitiesFromDocuments) {
  for (const char* text :
       {"Content-Type: text/plain\r\n\r\nx", "MIME-Version: 1.0\n\nx", "mime-version : 1.0\n",
        "From x@y Sat\nReturn-Path: <x>\n\n", "\r\n\r\nContent-Type: a/b\r\n\r\n", "To: a\nFrom: b\n\nhi",
        "X-One: 1\n folded\nX-Two: 2\nContent-Type: a/b\n\n", "Content-Type:"}) {
    EXPECT_EQ(whole(text), Sniff::Mime) << text;
  }
  for (const char* text :
       {"", "\n", "Hello world\nContent-Type: a/b\n", "UNA:+.? 'UNB+UNOA:1+X+Y+1:2+3'", "ISA*00*          *00*",
        "<?xml version=\"1.0\"?><a/>", "<ns0:Order xmlns:ns0=\"urn:x\"/>", "{\"From\": 1}", "\x30\x80\x06",
        "-----BEGIN PKCS7-----\nMII\n", "From: only one\n\ntext", "date: 2026-11-21\nitems:\n  - 1\n", "http://x/\n",
        "MSH|^~\\&|A|B\r", "key: value\nother: value\n\n"}) {
    EXPECT_EQ(whole(text), Sniff::NotMime) << text;
  }
}

TEST(Sniff, AsksForMoreOnlyWhileItCanHelp) {
  EXPECT_EQ(looks_like_mime(as_bytes("")), Sniff::NeedMore);
  EXPECT_EQ(looks_like_mime(as_bytes("Conte")), Sniff::NeedMore);
  EXPECT_EQ(looks_like_mime(as_bytes("Content-Type")), Sniff::NeedMore);
  EXPECT_EQ(looks_like_mime(as_bytes("Content-Type:")), Sniff::Mime);
  EXPECT_EQ(looks_like_mime(as_bytes("From me")), Sniff::NeedMore);
  EXPECT_EQ(looks_like_mime(as_bytes("X-A: b\n")), Sniff::NeedMore);
  EXPECT_EQ(looks_like_mime(as_bytes("\r")), Sniff::NeedMore);
  EXPECT_EQ(looks_like_mime(as_bytes("\x30\x80")), Sniff::NotMime);
  EXPECT_EQ(looks_like_mime(as_bytes("<?xml ")), Sniff::NotMime);
  EXPECT_EQ(looks_like_mime(as_bytes(std::string(kSniffBytes, 'x'))), Sniff::NotMime);
  EXPECT_EQ(looks_like_mime(as_bytes("Foo: 1\nBar: 2\nBaz: " + std::string(kSniffBytes, 'x'))), Sniff::Mime);
  // More bytes never turn an answer into another one.
  const std::string text = "\r\nFrom me\nX-A: b\n c\nTo: x\nFrom: y\nContent-Type: a/b\n\n";
  Sniff last = Sniff::NeedMore;
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const Sniff now = looks_like_mime(as_bytes(text.substr(0, size)));
    if (last != Sniff::NeedMore) {
      EXPECT_EQ(now, last) << size;
    }
    last = now;
  }
  EXPECT_EQ(last, Sniff::Mime);
}

TEST(Sniff, MimeVersionWithinItsWindow) {
  EXPECT_TRUE(has_mime_version(as_bytes("Subject: x\r\nMime-Version: 1.0\r\n")));
  EXPECT_TRUE(has_mime_version(as_bytes("MIME-VERSION : 1.0")));
  EXPECT_FALSE(has_mime_version(as_bytes("X-MIME-Version: 1.0")));
  EXPECT_FALSE(has_mime_version(as_bytes("Subject: MIME-Version: 1.0")));
  const std::string far = "Subject: " + std::string(1010, 'x') + "\nMIME-Version: 1.0\n";
  EXPECT_FALSE(has_mime_version(as_bytes(far)));
  EXPECT_TRUE(has_mime_version(as_bytes(far), 2048));
}

}  // namespace
}  // namespace sealgate::mime
