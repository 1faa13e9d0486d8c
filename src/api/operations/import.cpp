// Certificates, private keys and revocation lists into the stores.

#include <nlohmann/json.hpp>

#include "admin/certificate_import.h"
#include "admin/import_preview.h"
#include "admin/overlay_certificate_store.h"
#include "api/errors.h"
#include "api/form.h"
#include "api/operations/operations.h"
#include "api/problem.h"
#include "base/secret.h"
#include "mime/base64.h"

namespace sealgate::api {
namespace {

using namespace certificates;
using Json = nlohmann::ordered_json;
using Shared = std::shared_ptr<Services>;

struct File {
  std::string name;
  Bytes content;
};

/// What is asked for, whichever way it came.
struct Request {
  std::vector<File> files = {};
  std::optional<Secret> password = {};
  std::string store = {};
  std::string account = "default";
  bool trust_roots = false;
};

std::string name_of(std::string name, std::size_t index) {
  return name.empty() ? "file " + std::to_string(index + 1) : std::move(name);
}

Result<Request> request_of_json(const nlohmann::json& json) {
  Request request;
  for (const auto& file : json.at("files")) {
    const std::string name = name_of(file.value("name", ""), request.files.size());
    auto content = mime::base64_decode(file.at("content").get_ref<const std::string&>());
    if (!content) return fail(kInvalidBody, "the content of the file is not in base64", name, "encode it so");
    request.files.push_back({name, std::move(*content)});
  }
  if (json.contains("password"))
    request.password = Secret::from_text(json.at("password").get_ref<const std::string&>());
  request.store = json.value("store", "");
  request.account = json.value("account", request.account);
  request.trust_roots = json.value("trust_roots", false);
  return request;
}

/// The words of a form as their description says.
Result<Request> request_of_form(const Call& call, const Schema& schema) {
  SG_TRY_ASSIGN(const auto fields, read_form(call.body, *call.request.headers.find("Content-Type")));
  Request request;
  nlohmann::json words{{"file", nlohmann::json::array()}};
  for (const FormField& field : fields) {
    if (field.name == "file") {
      request.files.push_back({name_of(field.file_name, request.files.size()), to_bytes(field.content)});
      words["file"].push_back("");
    } else if (!is_utf8(field.content)) {
      return fail(kBadBody, "a field of the form is no text in UTF-8", field.name, "send it in UTF-8");
    } else if (field.name == "trust_roots" && (field.content == "true" || field.content == "false")) {
      words[field.name] = field.content == "true";
    } else {
      words[field.name] = field.content;
    }
  }
  if (request.files.empty()) return fail(kInvalidBody, "the form holds no file", "file", "send at least one");
  const auto faults = schema.check(words);
  if (!faults.empty()) {
    return fail(kInvalidBody, faults.front().where + " " + faults.front().what, faults.front().where,
                "see the description of the body in openapi.yaml");
  }
  if (words.contains("password"))
    request.password = Secret::from_text(words["password"].get_ref<const std::string&>());
  request.store = words.value("store", "");
  request.account = words.value("account", request.account);
  request.trust_roots = words.value("trust_roots", false);
  return request;
}

Result<Request> request_of(const Call& call) {
  if (call.json) return request_of_json(*call.json);
  for (const BodyType& type : call.operation.bodies) {
    if (type.media_type == call.body_type) return request_of_form(call, type.schema);
  }
  return fail(kInternal, "a body of a type that is not described", call.body_type);
}

/// Everything, and of each file what it is. Where `tried`, a file that cannot be read is told among the others.
Result<admin::ImportMaterial> read(const Request& request, bool tried, Json& files) {
  admin::ImportMaterial material;
  ImportOptions options;
  options.password = request.password ? &*request.password : nullptr;
  for (const File& file : request.files) {
    auto bundle = import_bundle(file.content, options);
    if (!bundle && !tried) return fail(std::move(bundle).error().at(file.name));
    if (!bundle) {
      files.push_back({{"name", file.name},
                       {"kind", ""},
                       {"certificates", 0},
                       {"keys", 0},
                       {"lists", 0},
                       {"refused", fault_json(std::move(bundle).error().at(file.name))}});
      continue;
    }
    files.push_back({{"name", file.name},
                     {"kind", to_string(bundle->kind)},
                     {"certificates", bundle->certificates.size()},
                     {"keys", bundle->keys.size()},
                     {"lists", bundle->crls.size()},
                     {"refused", nullptr}});
    material.add(std::move(*bundle), file.name);
  }
  return material;
}

Result<net::HttpResponse> import(const Shared& services, Call& call) {
  const bool tried = call.parameters.flag("dry-run");
  SG_TRY_ASSIGN(const Request request, request_of(call));
  Json files = Json::array();
  SG_TRY_ASSIGN(auto material, read(request, tried, files));
  SG_TRY_ASSIGN(const auto configuration, services->configuration());
  certificates::CertificateStore& store = services->store().certificates();
  admin::OverlayCertificateStore overlay(store);
  admin::ImportPlace place{tried ? overlay : store,
                           services->place().data,
                           request.account,
                           {},
                           request.trust_roots,
                           *configuration,
                           tried};
  SG_TRY(check_store_id({StoreName::Personal, request.account}));
  if (!request.store.empty()) {
    SG_TRY_ASSIGN(place.chosen, parse_store_name(request.store));
  }
  const Time now = services->now();
  SG_TRY_ASSIGN(const auto report, admin::import_material(place, std::move(material), now));
  call.recorded = tried;
  if (!tried) services->changed();
  SG_TRY_ASSIGN(const auto foresight, admin::look_ahead(services->store(), {}));
  Json json{{"dry_run", tried},
            {"files", std::move(files)},
            {"imported", Json::array()},
            {"untrusted_roots", Json::array()},
            {"revocation_lists", report.lists},
            {"lists", Json::array()},
            {"notes", report.notes}};
  for (const auto& entry : report.imported) {
    SG_TRY_ASSIGN(Json one, admin::imported_json(place.store, foresight, entry, now));
    json["imported"].push_back(std::move(one));
  }
  for (const Crl& list : report.stored) json["lists"].push_back(admin::list_json(list));
  for (const Certificate& root : report.untrusted_roots) {
    json["untrusted_roots"].push_back(admin::root_json(root));
  }
  return json_answer(200, json);
}

}  // namespace

void add_import(Actions& actions, const Shared& services) {
  actions["importCertificates"] = [services](Call& call) { return import(services, call); };
}

}  // namespace sealgate::api
