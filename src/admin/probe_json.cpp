// What a probe saw, as JSON.

#include <nlohmann/json.hpp>

#include "admin/foresight.h"
#include "admin/tls_probe.h"

namespace sealgate::admin {
namespace {

using nlohmann::ordered_json;
using probe::Report;

ordered_json chain_json(const std::vector<probe::ChainLink>& links, Time now) {
  ordered_json all = ordered_json::array();
  for (const auto& link : links) {
    const auto left = std::chrono::floor<std::chrono::days>(link.certificate.not_after() - now);
    all.push_back({{"subject", link.certificate.subject()},
                   {"issuer", link.certificate.issuer()},
                   {"thumbprint", link.certificate.thumbprint().to_hex()},
                   {"sha256", link.certificate.thumbprint_sha256().to_hex()},
                   {"not_before", to_rfc3339(link.certificate.not_before())},
                   {"not_after", to_rfc3339(link.certificate.not_after())},
                   {"days_left", left.count()},
                   {"key", link.certificate.key_description()},
                   {"signature", link.certificate.signature_algorithm()},
                   {"sent", link.sent},
                   {"trusted", link.trusted},
                   {"faults", link.faults}});
  }
  return all;
}

ordered_json tls_json(const Report& report) {
  if (!report.handshake) return {};
  const probe::Handshake& seen = *report.handshake;
  ordered_json versions = ordered_json::array();
  for (const auto& each : report.versions) {
    ordered_json ciphers = ordered_json::array();
    for (const auto& cipher : each.ciphers) ciphers.push_back({{"name", cipher.name}, {"weak", cipher.weak}});
    versions.push_back({{"version", to_string(each.version)},
                        {"accepted", each.accepted},
                        {"ciphers", ciphers},
                        {"complete", each.complete},
                        {"reason", each.reason}});
  }
  return {{"done", seen.end == probe::HandshakeEnd::Done},
          {"reason", seen.reason},
          {"version", seen.version},
          {"cipher", seen.cipher},
          {"group", seen.group},
          {"alpn", seen.alpn},
          {"versions", versions}};
}

ordered_json client_json(const Report& report) {
  ordered_json ours = ordered_json::array();
  for (const auto& each : report.client.candidates) {
    ours.push_back({{"account", each.account},
                    {"subject", each.certificate.subject()},
                    {"thumbprint", each.certificate.thumbprint().to_hex()},
                    {"fits", each.obstacle.empty()},
                    {"obstacle", each.obstacle}});
  }
  return {{"asked", report.client.asked},
          {"demanded", report.client.demanded},
          {"shown", report.client.shown},
          {"authorities", report.client.authorities},
          {"ours", ours}};
}

}  // namespace

ordered_json probe_json(const Report& report) {
  ordered_json addresses = ordered_json::array();
  for (const auto& each : report.addresses) {
    addresses.push_back({{"address", each.address},
                         {"connected", each.connected},
                         {"milliseconds", each.took.count()},
                         {"failure", each.failure ? ordered_json(each.failure->what) : ordered_json()}});
  }
  const audit::Finding* decisive = report.decisive();
  ordered_json http;
  if (report.http) {
    http = {{"status", report.http->status},
            {"server", report.http->server},
            {"authentication", report.http->schemes},
            {"failure", report.http->failure}};
  }
  return {{"url", report.url},
          {"host", report.host},
          {"port", report.port},
          {"time", to_rfc3339(report.time)},
          {"verdict",
           {{"good", decisive == nullptr},
            {"code", decisive == nullptr ? "probe.good" : std::string(decisive->code)},
            {"what", decisive == nullptr ? "a send port gets through" : decisive->what},
            {"remedy", decisive == nullptr ? "" : decisive->remedy}}},
          {"addresses", addresses},
          {"tls", tls_json(report)},
          {"chain",
           {{"sent", report.chain.sent},
            {"trusted", report.chain.trusted},
            {"path", chain_json(report.chain.path, report.time)},
            {"not_needed", chain_json(report.chain.unneeded, report.time)},
            {"names", report.chain.names},
            {"name_fits", report.chain.name_fits}}},
          {"revocation",
           {{"stapled", report.revocation.stapled},
            {"staple", report.revocation.staple},
            {"status", report.revocation.status},
            {"source", report.revocation.source},
            {"text", report.revocation.text}}},
          {"client_certificate", client_json(report)},
          {"http", http},
          {"findings", findings_json(report.findings)}};
}

}  // namespace sealgate::admin
