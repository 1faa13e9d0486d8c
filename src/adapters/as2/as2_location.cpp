#include "adapters/as2/as2_location.h"

#include <algorithm>
#include <array>

#include "adapters/as2/errors.h"
#include "as2/message_headers.h"
#include "base/log.h"
#include "base/text.h"
#include "net/http_problem.h"

namespace sealgate::adapters::as2 {
namespace {

constexpr const char* kTransferEncoding = "Content-Transfer-Encoding";

/// Receipts need no Message-ID of their own, and have no answer. A multipart/signed may be one.
bool may_be_receipt(const mime::Headers& headers) {
  const mime::ContentType type = headers.content_type();
  return type.is("multipart", "report") || type.is("multipart", "signed") ||
         type.is("message", "disposition-notification");
}

/// What the fields say, or why they say nothing.
Result<> check(const net::HttpHeaders& fields) {
  mime::Headers headers;
  for (const net::HttpHeader& field : fields) SG_TRY(headers.add(field.name, field.value));
  if (!sealgate::as2::is_as2(headers)) return fail(kNotAs2, "the request has no AS2 headers");
  const auto read = sealgate::as2::read_message_headers(headers);
  if (read.answerable()) return {};
  const bool has_names = !read.from.text.empty() && !read.to.text.empty();
  if (has_names && !headers.value("Message-ID") && may_be_receipt(headers)) return {};
  if (read.fault) return fail(*read.fault);
  return fail(kNotAs2, "the request does not say from whom to whom it is");
}

/// Camel AS2 writes the transfer encoding of the entity as Content-Encoding, with or without the field of MIME beside
/// it. No coding of HTTP (RFC 9110, 8.4.1) has such a name, so nothing else can be meant.
net::HttpHeaders with_transfer_encoding(net::HttpHeaders fields) {
  const std::string* coding = fields.find("Content-Encoding");
  constexpr std::array kTransferEncodings = {"7bit", "8bit", "binary", "base64", "quoted-printable"};
  if (coding == nullptr ||
      !std::ranges::any_of(kTransferEncodings, [&](const char* one) { return iequals(*coding, one); })) {
    return fields;
  }
  const bool known = fields.contains(kTransferEncoding);
  net::HttpHeaders made;
  for (const net::HttpHeader& field : fields) {
    const bool odd = iequals(field.name, "Content-Encoding");
    if (!odd) made.add(field.name, field.value);
    if (odd && !known) made.add(kTransferEncoding, field.value);
  }
  return made;
}

class As2Location final : public http::LocationFlavour {
 public:
  explicit As2Location(std::string location) : location_(std::move(location)) {}

  net::HttpBegin begin(net::HttpRequest request, Next next) const override {
    if (request.method == "POST") {
      if (const auto checked = check(request.headers); !checked) {
        log(LogLevel::Warning, "an AS2 request was refused",
            {{"location", location_}, {"reason", checked.error().to_string()}});
        return net::problem(400, kNotAs2, "send AS2-From, AS2-To and Message-ID as RFC 4130 has them");
      }
    }
    request.headers = with_transfer_encoding(std::move(request.headers));
    return next({std::move(request), {}, {}});
  }

 private:
  std::string location_;
};

}  // namespace

std::shared_ptr<const http::LocationFlavour> make_as2_location(std::string location) {
  return std::make_shared<As2Location>(std::move(location));
}

}  // namespace sealgate::adapters::as2
