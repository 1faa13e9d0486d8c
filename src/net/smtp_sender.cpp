#include "net/smtp_sender.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "base/text.h"
#include "net/client/curl_handles.h"
#include "net/errors.h"

namespace sealgate::net {
namespace {

struct FreeMime {
  void operator()(curl_mime* mime) const { curl_mime_free(mime); }
};
using MimeHandle = std::unique_ptr<curl_mime, FreeMime>;

bool is_address(const std::string& text) {
  return !text.empty() && text.size() <= 254 && std::ranges::all_of(text, [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7F && c != '<' && c != '>' && c != ',';
  });
}

std::string printable_ascii(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7E) c = '?';
  }
  return text;
}

/// RFC 5322 section 3.3.
std::string mail_date(Time time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(time));
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 64> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S +0000", &parts);
  return {text.data(), size};
}

int stop_when_cancelled(void* cancelled, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(cancelled)->load() ? 1 : 0;
}

void append_line(client::HeaderList& list, const std::string& line) {
  list.reset(curl_slist_append(list.release(), line.c_str()));
}

Error describe(CURLcode code, const char* detail, const std::string& url) {
  const std::string text = *detail != '\0' ? detail : curl_easy_strerror(code);
  const auto error = [&](ErrorCode id, const char* what, const char* remedy) {
    return Error{id, what + (": " + text), url, remedy};
  };
  switch (code) {
    case CURLE_ABORTED_BY_CALLBACK:
      return error(kCancelled, "the mail was given up", "it is sent at the next attempt");
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return error(kBadUrl, "the address of the mail server cannot be used", "write smtp://host[:port] or smtps://");
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
      return error(kUnreachable, "the mail server cannot be reached", "check name, port, firewall, and that it runs");
    case CURLE_OPERATION_TIMEDOUT:
      return error(kTimeout, "the mail server took too long", "check the server");
    case CURLE_PEER_FAILED_VERIFICATION:
      return error(kTlsNotTrusted, "the mail server's certificate is not trusted",
                   "add its authority to the system's trusted roots");
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_USE_SSL_FAILED:
      return error(kTlsFailed, "the TLS handshake with the mail server failed", "check scheme and port");
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
      return error(kConnectionLost, "the connection to the mail server broke", "it is tried again");
    default:
      return error(kMailRefused, "the mail server refused the mail",
                   "check that it takes mail of this sender for these recipients");
  }
}

}  // namespace

Result<> send_mail(const Mail& mail, const std::atomic<bool>& cancelled) {
  const std::string url = ascii_lower(mail.url);
  if (!url.starts_with("smtp://") && !url.starts_with("smtps://")) {
    return fail(kBadUrl, "the address of the mail server cannot be used", mail.url,
                "write smtp://host[:port] or smtps://host[:port]");
  }
  client::HeaderList recipients;
  client::HeaderList headers;
  std::string all;
  for (const std::string& address : mail.to) {
    if (!is_address(address)) {
      return fail(kBadHeader, "'" + printable_ascii(address) + "' is no mail address", "to",
                  "write name@company.example");
    }
    append_line(recipients, address);
    all += (all.empty() ? "" : ",\r\n ") + address;
  }
  if (mail.to.empty() || !is_address(mail.from)) {
    return fail(kBadHeader, "a mail needs a sender and a recipient", "from, to", "write name@company.example");
  }
  append_line(headers, "Date: " + mail_date(mail.date));
  append_line(headers, "From: " + mail.from);
  append_line(headers, "To: " + all);
  append_line(headers, "Subject: " + printable_ascii(mail.subject).substr(0, 900));
  // RFC 3834 section 5: no out-of-office answers to a program.
  append_line(headers, "Auto-Submitted: auto-generated");
  if (!mail.message_id.empty()) append_line(headers, "Message-ID: <" + printable_ascii(mail.message_id) + ">");

  SG_TRY_ASSIGN(const auto line, client::Line::open());
  CURL* easy = line->easy.get();
  std::array<char, CURL_ERROR_SIZE> detail{};
  const MimeHandle mime(curl_mime_init(easy));
  curl_mimepart* part = curl_mime_addpart(mime.get());
  curl_mime_data(part, mail.text.data(), mail.text.size());
  curl_mime_type(part, "text/plain; charset=utf-8");
  curl_mime_encoder(part, "quoted-printable");
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, detail.data());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(easy, CURLOPT_URL, mail.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROXY, "");  // none from the environment
  curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(easy, CURLOPT_MAIL_FROM, mail.from.c_str());
  curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy, CURLOPT_MIMEPOST, mime.get());
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(mail.timeout.count()));
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, &stop_when_cancelled);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(&cancelled));
  if (url.starts_with("smtp://")) {
    curl_easy_setopt(easy, CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_TRY));
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  const CURLcode code = curl_easy_perform(easy);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, nullptr);
  if (code != CURLE_OK) return fail(describe(code, detail.data(), mail.url));
  return {};
}

}  // namespace sealgate::net
