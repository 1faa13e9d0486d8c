// Certificates of the stores: listed, shown, exported, removed.

#include <algorithm>
#include <nlohmann/json.hpp>

#include "admin/certificate_chain.h"
#include "admin/certificate_words.h"
#include "admin/foresight.h"
#include "api/errors.h"
#include "api/operations/files.h"
#include "api/operations/operations.h"
#include "api/paging.h"
#include "api/problem.h"
#include "artifacts/errors.h"
#include "base/secret.h"
#include "certificates/errors.h"
#include "certificates/export.h"
#include "certificates/usage.h"
#include "store/common/account_keys.h"

namespace sealgate::api {
namespace {

using namespace certificates;
using Json = nlohmann::ordered_json;
using Shared = std::shared_ptr<Services>;

/// How many certificates one page looks at for a usage; what else is asked for, the store finds.
constexpr std::size_t kMaxLooked = 1'000;
constexpr std::size_t kBatch = 500;

Result<Thumbprint> thumbprint_of(const Call& call) {
  auto thumbprint = Thumbprint::parse(call.parameters.text_or_empty("thumbprint"));
  if (thumbprint) return thumbprint;
  return fail(kBadParameter, thumbprint.error().what, "thumbprint", thumbprint.error().remedy);
}

Result<std::string> account_of(const Call& call) {
  const std::string account = call.parameters.text_or_empty("account");
  const auto fits = check_store_id({StoreName::Personal, account});
  if (!fits) return fail(kBadParameter, fits.error().what, "account", fits.error().remedy);
  return account;
}

std::vector<StoreName> names_of(const Call& call) {
  const auto chosen = call.parameters.text("store");
  const auto name = chosen ? parse_store_name(*chosen) : fail(kInternal, "no store");
  if (name) return {*name};
  return {kAllStoreNames.begin(), kAllStoreNames.end()};
}

Json entry_json(const StoredCertificate& entry, const StoreId& id, const audit::Uses& uses, Time now) {
  Json json = admin::certificate_json(entry.certificate, id.name, entry.has_private_key, now);
  if (id.name == StoreName::Personal) json["account"] = id.account;
  json["friendly_name"] = entry.friendly_name;
  json["used_by"] = admin::uses_in_words(uses, entry.certificate, now);
  return json;
}

/// Whether it is fit for the usage that is asked for.
bool passes(const Call& call, const Certificate& certificate) {
  const auto usage = call.parameters.text("usage");
  if (!usage) return true;
  return std::ranges::any_of(
      kAllUsages, [&](Usage one) { return to_string(one) == *usage && check_usage(certificate, one).allowed; });
}

/// Where a page goes on: a store, and the certificate before. "Personal/THUMBPRINT".
struct Position {
  StoreName store = StoreName::Personal;
  std::optional<Thumbprint> after = {};
};

Result<std::optional<Position>> position_of(const Call& call) {
  SG_TRY_ASSIGN(const std::string place, cursor_place(call));
  if (place.empty()) return std::nullopt;
  const auto slash = std::min(place.find('/'), place.size());
  const auto store = parse_store_name(place.substr(0, slash));
  auto after = Thumbprint::parse(place.substr(std::min(slash + 1, place.size())));
  if (!store || !after) return fail(kBadCursor, "this cursor is not of a page of this query", "cursor", "begin anew");
  return Position{*store, std::move(*after)};
}

std::string place_of(StoreName store, const Certificate& certificate) {
  return std::string(to_string(store)) + "/" + certificate.thumbprint().to_hex();
}

Result<net::HttpResponse> list_certificates(const Shared& services, Call& call) {
  SG_TRY_ASSIGN(const std::string account, account_of(call));
  SG_TRY_ASSIGN(const auto start, position_of(call));
  SG_TRY_ASSIGN(const auto configuration, services->configuration());
  const audit::Uses uses(configuration->set);
  const std::size_t limit = limit_of(call);
  const Time now = services->now();
  Json json{{"items", Json::array()}};
  const std::size_t batch = call.parameters.text("usage") ? kBatch : limit + 1;
  std::size_t looked = 0;
  std::string last;  // that was looked at
  bool begun = !start;
  for (const StoreName name : names_of(call)) {
    const bool first = !begun && name == start->store;
    begun = begun || first;
    if (!begun) continue;
    Page page{.after = first ? start->after : std::nullopt,
              .limit = batch,
              .search = {call.parameters.text_or_empty("search"), call.parameters.time("expires-before")}};
    const StoreId id{name, account};
    for (;;) {
      SG_TRY_ASSIGN(const auto entries, services->store().certificates().page(id, page));
      for (const StoredCertificate& entry : entries) {
        if (json["items"].size() == limit || looked == kMaxLooked) {
          json["next"] = make_cursor(call, last);
          return json_answer(200, json);
        }
        ++looked;
        last = place_of(name, entry.certificate);
        if (passes(call, entry.certificate)) json["items"].push_back(entry_json(entry, id, uses, now));
      }
      if (entries.size() < batch) break;
      page.after = entries.back().certificate.thumbprint();
    }
  }
  return json_answer(200, json);
}

struct Found {
  StoreId id;
  StoredCertificate entry;
};

Result<std::vector<Found>> find(const Shared& services, const Call& call) {
  SG_TRY_ASSIGN(const Thumbprint thumbprint, thumbprint_of(call));
  SG_TRY_ASSIGN(const std::string account, account_of(call));
  std::vector<Found> found;
  for (const StoreName name : names_of(call)) {
    const StoreId id{name, account};
    SG_TRY_ASSIGN(auto entry, services->store().certificates().find(id, thumbprint));
    if (entry) found.push_back({id, std::move(*entry)});
  }
  if (!found.empty()) return found;
  return fail(kCertificateNotFound, "there is no certificate " + thumbprint.to_biztalk(), "account " + account,
              "list what is there: GET /certificates");
}

/// "yes", or why the stored key is of no use.
std::string private_key_state(const Shared& services, const Found& found) {
  if (!found.entry.has_private_key) return "no";
  const auto account_key = store::read_account_key(services->place().data, found.id.account);
  if (!account_key) return "stored, but cannot be opened: " + account_key.error().what;
  const auto key =
      open_private_key(services->store().certificates(), *account_key, found.entry.certificate.thumbprint_sha256());
  return key ? "yes" : "stored, but cannot be opened: " + key.error().what;
}

Result<net::HttpResponse> get_certificate(const Shared& services, Call& call) {
  SG_TRY_ASSIGN(const auto found, find(services, call));
  const Certificate& certificate = found.front().entry.certificate;
  const Time now = services->now();
  SG_TRY_ASSIGN(const auto chain, admin::check_chain(services->store().certificates(), certificate, now));
  SG_TRY_ASSIGN(const auto configuration, services->configuration());
  Json json = admin::details_json(certificate);
  json["used_by"] = admin::uses_in_words(audit::Uses(configuration->set), certificate, now);
  json["chain"] = admin::chain_json(chain);
  json["stores"] = Json::array();
  for (const Found& one : found) {
    json["stores"].push_back(
        {{"store", to_string(one.id.name)},
         {"friendly_name", one.entry.friendly_name},
         {"private_key", private_key_state(services, one)},
         {"warnings", admin::warnings_of(certificate, one.id.name, one.entry.has_private_key, now)}});
  }
  return json_answer(200, json);
}

Result<net::HttpResponse> export_certificate(const Shared& services, Call& call) {
  SG_TRY_ASSIGN(const auto found, find(services, call));
  const Certificate& certificate = found.front().entry.certificate;
  std::vector<Certificate> all{certificate};
  if (call.parameters.flag("chain")) {
    SG_TRY_ASSIGN(const auto chain, admin::chain_of(services->store().certificates(), certificate));
    all.insert(all.end(), chain.begin(), chain.end());
  }
  const std::string format = call.parameters.text_or_empty("format");
  net::HttpResponse response;
  if (format == "p7b") {
    SG_TRY_ASSIGN(const Bytes content, export_pkcs7(all));
    response = answer(200, "application/pkcs7-mime", std::string(as_text(content)));
  } else if (format == "der") {
    response = answer(200, "application/pkix-cert", std::string(as_text(certificate.der())));
  } else {
    response = answer(200, "application/x-pem-file", export_pem(all));
  }
  response.headers.add("Content-Disposition", as_attachment(certificate.short_name() + (format == "pem"   ? ".pem"
                                                                                        : format == "der" ? ".cer"
                                                                                                          : ".p7b")));
  return response;
}

/// Only these stores are assigned from.
bool is_assigned_from(const StoreId& id) {
  return id.name == StoreName::Personal || id.name == StoreName::OtherPeople;
}

/// PKCS#12 with the private key.
Result<net::HttpResponse> export_key(const Shared& services, Call& call) {
  SG_TRY_ASSIGN(const auto found, find(services, call));
  const auto personal =
      std::ranges::find_if(found, [](const Found& one) { return one.id.name == StoreName::Personal; });
  if (personal == found.end()) {
    return fail(kNoPrivateKey, "the private key of this certificate is not there", found.front().id.description(),
                "export the certificate alone: GET /certificates/{thumbprint}/export");
  }
  const CertificateStore& store = services->store().certificates();
  const Certificate& certificate = personal->entry.certificate;
  std::vector<Certificate> chain;
  if (call.json->value("chain", false)) {
    SG_TRY_ASSIGN(chain, admin::chain_of(store, certificate));
  }
  SG_TRY_ASSIGN(const AccountKey account_key, store::read_account_key(services->place().data, personal->id.account));
  const Secret password = Secret::from_text(call.json->at("password").get_ref<const std::string&>());
  SG_TRY_ASSIGN(const Bytes content, admin::export_with_key(store, account_key, personal->entry, chain, password));
  auto response = answer(200, "application/x-pkcs12", std::string(as_text(content)));
  response.headers.add("Content-Disposition", as_attachment(certificate.short_name() + ".p12"));
  return response;
}

Result<net::HttpResponse> remove_certificate(const Shared& services, Call& call) {
  SG_TRY_ASSIGN(const auto found, find(services, call));
  const Found& one = found.front();
  const Certificate& certificate = one.entry.certificate;
  SG_TRY_ASSIGN(const auto configuration, services->configuration());
  const auto uses = admin::uses_in_words(audit::Uses(configuration->set), certificate, services->now());
  if (!uses.empty() && is_assigned_from(one.id) && !call.parameters.flag("although-used")) {
    return fail(artifacts::kInUse, "it is in use: " + uses.front(), uses.front(),
                "assign another one in its place first; or remove it all the same with although-used");
  }
  SG_TRY(services->store().certificates().remove(one.id, certificate.thumbprint_sha256(),
                                                 call.parameters.flag("with-key")));
  services->changed();
  return json_answer(
      200,
      {{"store", to_string(one.id.name)}, {"thumbprint", certificate.thumbprint().to_biztalk()}, {"uses", uses}});
}

}  // namespace

void add_certificates(Actions& actions, const Shared& services) {
  actions["listCertificates"] = [services](Call& call) { return list_certificates(services, call); };
  actions["getCertificate"] = [services](Call& call) { return get_certificate(services, call); };
  actions["exportCertificate"] = [services](Call& call) { return export_certificate(services, call); };
  actions["exportKey"] = [services](Call& call) { return export_key(services, call); };
  actions["removeCertificate"] = [services](Call& call) { return remove_certificate(services, call); };
}

}  // namespace sealgate::api
