#include "as2/receipt_request.h"

#include <algorithm>

#include "as2/errors.h"
#include "base/text.h"
#include "mime/tokens.h"

namespace sealgate::as2 {
namespace {

constexpr std::size_t kMaxListed = 32;
constexpr std::size_t kMaxUrl = 2000;

struct Option {
  std::string name;
  bool required = false;
  std::vector<std::string> values;
};

std::string_view without_quotes(std::string_view text) {
  text = trim(text);
  if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"')) text = text.substr(1, text.size() - 2);
  return trim(text);
}

// "a=optional, x, y; b=required, z". Some write a comma where the semicolon belongs, some leave the importance out.
std::vector<Option> read_options(std::string_view text) {
  std::vector<Option> options;
  text = without_quotes(text);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(",;"), text.size());
    std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (const auto equals = word.find('='); equals != std::string_view::npos) {
      if (options.size() == kMaxListed) break;
      options.push_back({ascii_lower(without_quotes(word.substr(0, equals))), false, {}});
      word = word.substr(equals + 1);
    }
    word = without_quotes(word);
    if (options.empty() || word.empty()) continue;
    Option& option = options.back();
    if (option.values.empty() && iequals(word, "required")) {
      option.required = true;
    } else if (!(option.values.empty() && iequals(word, "optional")) && option.values.size() < kMaxListed) {
      option.values.emplace_back(word);
    }
  }
  return options;
}

// "pkcs7-signature" and what is meant by it: BizTalk's documentation has letters the wrong way round, others write
// the media type.
bool is_pkcs7(std::string_view protocol) {
  const auto slash = protocol.find('/');
  if (slash != std::string_view::npos) protocol = protocol.substr(slash + 1);
  if (protocol.size() > 2 && iequals(protocol.substr(0, 2), "x-")) protocol = protocol.substr(2);
  return iequals(protocol, "pkcs7-signature") || iequals(protocol, "pcks7-signature") || iequals(protocol, "pkcs7");
}

void take(const Option& option, ReceiptRequest& request) {
  if (option.name == "signed-receipt-protocol") {
    const bool known = std::ranges::any_of(option.values, is_pkcs7);
    request.wants_signature |= known || option.values.empty();
    request.unknown_protocol = !known && !option.values.empty();
    request.signature_required |= option.required;
    if (!known) request.unknown.insert(request.unknown.end(), option.values.begin(), option.values.end());
  } else if (option.name == "signed-receipt-micalg") {
    request.mic_algorithm_required |= option.required;
    for (const std::string& value : option.values) {
      if (const auto digest = crypto::digest_from_name(value)) {
        request.mic_algorithms.push_back({*digest, value});
      } else {
        request.unknown.push_back(value);
      }
    }
  }
}

tl::unexpected<Error> bad_url(const char* what) {
  return fail(kBadDeliveryUrl, what, {}, "ask the partner for an http or https address of its receipts");
}

}  // namespace

Result<> ReceiptRequest::check() const {
  if (signature_required && unknown_protocol) {
    return fail(kUnsupportedReceipt, "the partner demands receipts signed by a protocol that there is not", {},
                "ask the partner for signed-receipt-protocol=optional, pkcs7-signature");
  }
  if (mic_algorithm_required && mic_algorithms.empty()) {
    return fail(kUnsupportedMicAlgorithm, "the partner demands digests of receipts that there are not", {},
                "ask the partner for signed-receipt-micalg=optional, sha256");
  }
  return {};
}

std::optional<ReceiptRequest> read_receipt_request(const mime::Headers& headers) {
  const auto notify_to = headers.value("Disposition-Notification-To");
  if (!notify_to) return std::nullopt;
  ReceiptRequest request;
  request.notify_to = *notify_to;
  if (const auto options = headers.value("Disposition-Notification-Options")) {
    for (const Option& option : read_options(*options)) take(option, request);
  }
  // An empty address is BizTalk's way to say: in the response.
  if (const auto url = headers.value("Receipt-Delivery-Option"); url && !trim(*url).empty()) {
    auto parsed = parse_delivery_url(*url);
    if (parsed) {
      request.delivery_url = std::move(*parsed);
    } else {
      request.delivery_fault = std::move(parsed.error());
    }
  }
  return request;
}

Result<std::string> parse_delivery_url(std::string_view field) {
  const std::string_view url = without_quotes(field);
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos ||
      !(iequals(url.substr(0, scheme_end), "http") || iequals(url.substr(0, scheme_end), "https"))) {
    return bad_url("the address for receipts is not an http or https URL");
  }
  if (url.size() > kMaxUrl) return bad_url("the address for receipts is longer than 2,000 characters");
  for (const char c : url) {
    if (!mime::is_printable_ascii(c) || std::string_view(" \"<>\\^`{|}").find(c) != std::string_view::npos) {
      return bad_url("the address for receipts has characters that no URL has");
    }
  }
  const std::string_view rest = url.substr(scheme_end + 3);
  const std::string_view authority = rest.substr(0, std::min(rest.find_first_of("/?#"), rest.size()));
  if (authority.find('@') != std::string_view::npos) return bad_url("the address for receipts names a user");
  if (authority.empty() || authority.starts_with(':')) return bad_url("the address for receipts names no host");
  return std::string(url);
}

std::string mic_algorithm_name(crypto::DigestAlgorithm digest, MicSpelling spelling) {
  return std::string(spelling == MicSpelling::Hyphen ? crypto::micalg_name(digest) : crypto::name(digest));
}

Result<> write_receipt_request(const ReceiptRequest& request, mime::Headers& headers) {
  SG_TRY(headers.add("Disposition-Notification-To", request.notify_to));
  std::string options;
  if (request.wants_signature) {
    options = std::string("signed-receipt-protocol=") + (request.signature_required ? "required" : "optional") +
              ", pkcs7-signature";
  }
  if (!request.mic_algorithms.empty()) {
    if (!options.empty()) options += "; ";
    options += std::string("signed-receipt-micalg=") + (request.mic_algorithm_required ? "required" : "optional");
    for (const MicAlgorithm& algorithm : request.mic_algorithms) options += ", " + algorithm.spelling;
  }
  if (!options.empty()) SG_TRY(headers.add("Disposition-Notification-Options", options));
  if (request.delivery_url) {
    SG_TRY_ASSIGN(const std::string url, parse_delivery_url(*request.delivery_url));
    SG_TRY(headers.add("Receipt-Delivery-Option", url));
  }
  return {};
}

}  // namespace sealgate::as2
