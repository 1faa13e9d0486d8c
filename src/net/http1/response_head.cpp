#include "net/http1/response_head.h"

#include "base/http_date.h"
#include "base/log.h"
#include "base/text.h"

namespace sealgate::net::http1 {

namespace {

bool is_servers_own(std::string_view name) {
  return iequals(name, "Content-Length") || iequals(name, "Transfer-Encoding") || iequals(name, "Connection") ||
         iequals(name, "Date");
}

bool is_sound(const HttpResponse& response) {
  if (response.status < 200 || response.status > 599) return false;
  for (const HttpHeader& field : response.headers) {
    if (!check_header(field.name, field.value) || is_servers_own(field.name)) return false;
  }
  return true;
}

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Status";
  }
}

std::string write_response_head(HttpResponse& response, bool keep_alive, Time now, bool chunked) {
  if (!is_sound(response)) {
    log(LogLevel::Error, "an HTTP answer broke the rules of headers and was replaced by a 500");
    response.status = 500;
    response.headers = {};
    response.body.clear();
    response.stream.reset();
  }
  if (response.status == 204 || response.status == 304) response.body.clear();
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " ";
  head.append(reason_phrase(response.status)).append("\r\n");
  for (const HttpHeader& field : response.headers) {
    head.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  head.append("Date: ").append(to_http_date(now)).append("\r\n");
  if (response.stream != nullptr) {
    if (chunked) head.append("Transfer-Encoding: chunked\r\n");
  } else if (response.status != 204 && response.status != 304) {
    head.append("Content-Length: ").append(std::to_string(response.body.size() + response.more_size)).append("\r\n");
  }
  head.append(keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
  return head;
}

}  // namespace sealgate::net::http1
