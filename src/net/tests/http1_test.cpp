// The readers of HTTP/1.1 heads and chunks, on bytes alone.

#include <gtest/gtest.h>

#include "net/http1/chunked.h"
#include "net/http1/request_head.h"
#include "net/http1/response_head.h"

namespace sealgate::net::http1 {
namespace {

/// Scans in steps of `step` bytes and parses; the status of the refusal, or 0.
int outcome(std::string_view text, std::size_t step, RequestHead* head = nullptr, const HeadLimits& limits = {}) {
  HeadScanner scanner(limits.max_bytes);
  const ByteView bytes = as_bytes(text);
  std::optional<std::size_t> size;
  for (std::size_t seen = 0; !size && seen < bytes.size();) {
    seen = std::min(bytes.size(), seen + step);
    const auto found = scanner.scan(bytes.first(seen));
    if (!found) return found.error().status;
    size = *found;
  }
  if (!size) return -1;
  const auto parsed = parse_request_head(bytes.first(*size), limits);
  if (!parsed) return parsed.error().status;
  if (head != nullptr) *head = *parsed;
  return 0;
}

TEST(RequestHead, ReadsAWholeHeadInAnySteps) {
  const std::string text =
      "\r\nPOST /in/or%20ders?a=b%20c HTTP/1.1\r\nHost: x\r\nContent-Length: 0012\r\nX-Empty:\r\n"
      "Content-Type: multipart/signed;\r\n\tboundary=\"b\"\r\nConnection: TE, Close\r\nExpect: "
      "100-Continue\r\n\r\nrest";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    RequestHead head;
    ASSERT_EQ(outcome(text, step, &head), 0) << step;
    EXPECT_EQ(head.method, "POST");
    EXPECT_EQ(head.target, "/in/or%20ders?a=b%20c");
    EXPECT_EQ(head.path, "/in/or ders");
    EXPECT_EQ(head.query, "a=b%20c");
    EXPECT_EQ(head.content_length, 12U);
    EXPECT_FALSE(head.keep_alive);
    EXPECT_TRUE(head.expects_continue);
    EXPECT_EQ(*head.headers.find("content-type"), "multipart/signed; boundary=\"b\"");
    EXPECT_EQ(*head.headers.find("X-Empty"), "");
    EXPECT_EQ(head.headers.size(), 6U);
  }
}

TEST(RequestHead, AHeadCutAtAnyByteWaitsForMore) {
  const std::string text = "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n\r\n";
  for (std::size_t size = 0; size < text.size(); ++size) EXPECT_EQ(outcome(text.substr(0, size), 1), -1) << size;
}

TEST(RequestHead, AcceptsTheFormsThatPeersSend) {
  RequestHead head;
  EXPECT_EQ(outcome("GET http://h:8/a?b HTTP/1.1\r\nHost: h\r\n\r\n", 99, &head), 0);
  EXPECT_EQ(head.target, "/a?b");
  EXPECT_EQ(outcome("GET http://h HTTP/1.1\r\nHost: h\r\n\r\n", 99, &head), 0);
  EXPECT_EQ(head.path, "/");
  EXPECT_EQ(outcome("POST / HTTP/1.0\r\nContent-Length: 1\r\n\r\n", 99, &head), 0);
  EXPECT_FALSE(head.keep_alive);
  EXPECT_EQ(outcome("POST / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", 99, &head), 0);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_EQ(outcome("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 05\r\n\r\n", 99, &head), 0);
  EXPECT_EQ(head.content_length, 5U);
  EXPECT_EQ(outcome("POST / HTTP/1.1\r\nHost: x\r\ntransfer-encoding:\tChunked \r\n\r\n", 99, &head), 0);
  EXPECT_TRUE(head.chunked);
}

TEST(RequestHead, RefusesWhatIsAmbiguousOrBroken) {
  const struct {
    const char* head;
    int status;
  } cases[] = {
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a@b\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x5\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", 413},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n 5\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n chunked\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n", 501},
      {"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\n Host: x\r\n\r\n", 400},
      {"POST / HTTP/1.1\nHost: x\n\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\rA: b\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\n: v\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nA: \x01\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nHost: x\r\nExpect: magic\r\n\r\n", 417},
      {"POST / HTTP/2.0\r\nHost: x\r\n\r\n", 505},
      {"POST / SMTP\r\nHost: x\r\n\r\n", 400},
      {"POST /\r\nHost: x\r\n\r\n", 400},
      {"POST  / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"POST / x HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"PO(ST / HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"POST orders HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"POST /%0 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"POST /%zz HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"POST /%00 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"POST /\xC3\xA4 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
      {"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(outcome(one.head, 1), one.status) << one.head;
    EXPECT_EQ(outcome(one.head, 4096), one.status) << one.head;
  }
  EXPECT_EQ(outcome(std::string("POST / HTTP/1.1\r\nHost: x\r\nA: b") + '\0' + "c\r\n\r\n", 7), 400);
}

TEST(RequestHead, HasLimits) {
  const std::string start = "POST / HTTP/1.1\r\nHost: x\r\n";
  EXPECT_EQ(outcome(start + "A: " + std::string(70'000, 'x') + "\r\n\r\n", 1000), 431);
  EXPECT_EQ(outcome(std::string(70'000, '\r'), 1000), 400);
  EXPECT_EQ(outcome("POST /" + std::string(9'000, 'x') + " HTTP/1.1\r\nHost: x\r\n\r\n", 1000), 414);
  std::string many = start;
  for (int i = 0; i < 200; ++i) many += "A: b\r\n";
  EXPECT_EQ(outcome(many + "\r\n", 1000), 431);
  std::string empty_lines;
  for (int i = 0; i < 40'000; ++i) empty_lines += "\r\n";
  EXPECT_EQ(outcome(empty_lines, 1000), 431);
}

/// The decoded body, or the status of the refusal; `used` = bytes of the input that belong to the body.
std::string decode(std::string_view text, std::size_t step, std::size_t* used = nullptr) {
  ChunkedDecoder decoder;
  std::string result;
  std::size_t position = 0;
  while (position < text.size() && !decoder.done()) {
    const auto taken = decoder.next(as_bytes(text.substr(position, step)));
    if (!taken) return "refused " + std::to_string(taken.error().status);
    result.append(as_text(taken->data));
    if (taken->consumed == 0) return "stuck";
    position += taken->consumed;
  }
  if (used != nullptr) *used = position;
  return decoder.done() ? result : "incomplete";
}

TEST(ChunkedDecoder, GivesTheSameContentInAnySteps) {
  const std::string text =
      "5\r\nhello\r\n0006 \t\r\n, worl\r\n1;name=\"v\"\r\nd\r\n000;x\r\nTrailer: t\r\nB: c\r\n\r\nnext";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    std::size_t used = 0;
    EXPECT_EQ(decode(text, step, &used), "hello, world") << step;
    EXPECT_EQ(text.substr(used), "next");
  }
  for (std::size_t size = 0; size < text.size() - 4; ++size) EXPECT_EQ(decode(text.substr(0, size), 3), "incomplete");
}

TEST(ChunkedDecoder, RefusesWhatIsNoChunk) {
  for (const std::string text :
       {"\r\n", "x\r\n", ";a\r\n", " 5\r\nhello\r\n", "-1\r\n", "5\nhello\r\n", "5\rxhello", "5\r\nhello!\r\n",
        "5\r\nhello\n", "5\r\nhello\rx", "5 x\r\nhello\r\n", "11111111111111111\r\n", "0\r\n\n", "0\r\nA: b\n\r\n",
        "0\r\nA\x01: b\r\n\r\n", "5;a\x01\r\nhello\r\n", "0\r\n\rx"}) {
    EXPECT_EQ(decode(text, 1), "refused 400") << text;
    EXPECT_EQ(decode(text, 1000), "refused 400") << text;
  }
  EXPECT_EQ(decode("1;" + std::string(20'000, 'e') + "\r\nx\r\n", 1000), "refused 400");
  EXPECT_EQ(decode("0\r\nT: " + std::string(20'000, 't') + "\r\n\r\n", 1000), "refused 400");
}

TEST(ResponseHead, NeverBreaksOutOfItsLines) {
  for (const HttpHeader& bad : {HttpHeader{"X", "a\r\nSet-Cookie: b"}, HttpHeader{"X y", "a"}, HttpHeader{"", "a"},
                                HttpHeader{"Content-Length", "5"}, HttpHeader{"transfer-encoding", "chunked"}}) {
    HttpResponse response = HttpResponse::plain(200, "secret");
    response.headers.add(bad.name, bad.value);
    const std::string head = write_response_head(response, true, Time{});
    EXPECT_TRUE(head.starts_with("HTTP/1.1 500 ")) << head;
    EXPECT_EQ(head.find("Set-Cookie"), std::string::npos);
    EXPECT_TRUE(response.body.empty());
  }
  HttpResponse good = HttpResponse::plain(202, "ok");
  EXPECT_EQ(
      write_response_head(good, false, Time{}),
      "HTTP/1.1 202 Accepted\r\nContent-Type: text/plain; charset=utf-8\r\nDate: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
      "Content-Length: 3\r\nConnection: close\r\n\r\n");
  HttpResponse strange;
  strange.status = 100;
  EXPECT_TRUE(write_response_head(strange, true, Time{}).starts_with("HTTP/1.1 500 "));
}

}  // namespace
}  // namespace sealgate::net::http1
