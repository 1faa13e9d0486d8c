#include "certificates/path_validation.h"

#include <algorithm>

#include "certificates/dsa_inheritance.h"
#include "certificates/errors.h"
#include "certificates/openssl_handles.h"
#include "certificates/path_memory.h"
#include "certificates/path_outcomes.h"
#include "crypto/library.h"

namespace sealgate::certificates {
namespace {

/// A few kilobytes each.
constexpr std::size_t kRememberedPaths = 1024;

using StoreHandle = std::unique_ptr<X509_STORE, Deleter<X509_STORE_free>>;
using ContextHandle = std::unique_ptr<X509_STORE_CTX, Deleter<X509_STORE_CTX_free>>;
using ParameterHandle = std::unique_ptr<X509_VERIFY_PARAM, Deleter<X509_VERIFY_PARAM_free>>;

int openssl_purpose(PathPurpose purpose) {
  switch (purpose) {
    case PathPurpose::Any:
      return X509_PURPOSE_ANY;
    case PathPurpose::None:
      return 0;
    case PathPurpose::EmailSign:
      return X509_PURPOSE_SMIME_SIGN;
    case PathPurpose::EmailEncrypt:
      return X509_PURPOSE_SMIME_ENCRYPT;
    case PathPurpose::SslServer:
      return X509_PURPOSE_SSL_SERVER;
    case PathPurpose::SslClient:
      return X509_PURPOSE_SSL_CLIENT;
  }
  return 0;
}

unsigned long openssl_flags(const PathPolicy& policy) {
  unsigned long flags = 0;
  if (policy.partial_chain) flags |= X509_V_FLAG_PARTIAL_CHAIN;
  if (policy.crl_check != CrlCheck::Off) flags |= X509_V_FLAG_CRL_CHECK;
  if (policy.crl_check == CrlCheck::All) flags |= X509_V_FLAG_CRL_CHECK_ALL;
  if (policy.extended_crl) flags |= X509_V_FLAG_EXTENDED_CRL_SUPPORT;
  if (policy.use_deltas) flags |= X509_V_FLAG_USE_DELTAS;
  if (policy.strict) flags |= X509_V_FLAG_X509_STRICT;
  if (policy.policies.check) flags |= X509_V_FLAG_POLICY_CHECK;
  if (policy.policies.require_explicit_policy) flags |= X509_V_FLAG_EXPLICIT_POLICY;
  if (policy.policies.inhibit_any_policy) flags |= X509_V_FLAG_INHIBIT_ANY;
  if (policy.policies.inhibit_policy_mapping) flags |= X509_V_FLAG_INHIBIT_MAP;
  return flags;
}

ParameterHandle make_parameters(const PathPolicy& policy) {
  ParameterHandle parameters(X509_VERIFY_PARAM_new());
  if (!parameters) return {};
  X509_VERIFY_PARAM* target = parameters.get();
  bool good = X509_VERIFY_PARAM_set_flags(target, openssl_flags(policy)) == 1;
  const int purpose = openssl_purpose(policy.purpose);
  if (purpose != 0) good = good && X509_VERIFY_PARAM_set_purpose(target, purpose) == 1;
  X509_VERIFY_PARAM_set_time(target,
                             std::chrono::floor<std::chrono::seconds>(policy.time).time_since_epoch().count());
  X509_VERIFY_PARAM_set_depth(target, policy.max_depth);
  X509_VERIFY_PARAM_set_auth_level(target, policy.auth_level);
  for (const std::string& text : policy.policies.initial_policies) {
    ASN1_OBJECT* object = text == "anyPolicy" ? OBJ_dup(OBJ_nid2obj(NID_any_policy)) : OBJ_txt2obj(text.c_str(), 1);
    if (object == nullptr) return {};
    if (X509_VERIFY_PARAM_add0_policy(target, object) != 1) {
      ASN1_OBJECT_free(object);
      return {};
    }
  }
  if (!policy.peer_dns.empty()) {
    good = good && X509_VERIFY_PARAM_set1_host(target, policy.peer_dns.data(), policy.peer_dns.size()) == 1;
  }
  if (!policy.peer_ip.empty()) good = good && X509_VERIFY_PARAM_set1_ip_asc(target, policy.peer_ip.c_str()) == 1;
  return good ? std::move(parameters) : ParameterHandle();
}

/// Index of our data in a context of OpenSSL's.
int context_index() {
  static const int index = X509_STORE_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

/// Keeps the first error in the int that the outermost context points to; contexts for the paths of revocation lists
/// have parents.
int remember_first_error(int good, X509_STORE_CTX* context) {
  if (good != 1) {
    X509_STORE_CTX* outermost = context;
    while (X509_STORE_CTX* parent = X509_STORE_CTX_get0_parent_ctx(outermost)) outermost = parent;
    auto* first = static_cast<int*>(X509_STORE_CTX_get_ex_data(outermost, context_index()));
    if (first != nullptr && *first == X509_V_OK) *first = X509_STORE_CTX_get_error(context);
  }
  return good;
}

/// One validation: what OpenSSL works with, and how its objects lead back to our certificates.
class Validation {
 public:
  Validation(const Certificate& leaf, std::span<const Certificate> embedded, std::span<const Certificate> anchors,
             std::span<const Crl> crls, const PathPolicy& policy)
      : leaf_(leaf), embedded_(embedded), anchors_(anchors), crls_(crls), policy_(policy) {}

  PathResult run() {
    if (embedded_.size() > policy_.max_candidates || crls_.size() > policy_.max_candidates) {
      return refuse("chain:too-many-candidates", leaf_, 0);
    }
    if (!prepare()) return refuse("chain:internal", leaf_, 0);
    const int verified = X509_verify_cert(context_.get());
    PathResult result;
    collect_chain(result);
    if (verified != 1) {
      const int error = X509_STORE_CTX_get_error(context_.get());
      const int depth = std::max(0, X509_STORE_CTX_get_error_depth(context_.get()));
      const auto index = static_cast<std::size_t>(depth);
      PathResult refused =
          refuse(outcome_of_openssl(error).outcome, index < result.chain.size() ? result.chain[index] : leaf_, depth);
      refused.openssl_error = error;
      if (first_error_ != X509_V_OK && first_error_ != error) {
        const PathOutcome& cause = outcome_of_openssl(first_error_);
        refused.cause = cause.outcome;
        refused.text += "; the cause is that a certificate there " + std::string(cause.text);
      }
      refused.chain = std::move(result.chain);
      return refused;
    }
    for (std::size_t index = 0; index < result.chain.size(); ++index) {
      const Certificate& link = result.chain[index];
      if (std::any_of(policy_.distrusted.begin(), policy_.distrusted.end(),
                      [&](const Thumbprint& thumbprint) { return link.has_thumbprint(thumbprint); })) {
        PathResult refused = refuse("chain:distrusted", link, static_cast<int>(index));
        refused.chain = std::move(result.chain);
        return refused;
      }
    }
    collect_policies(result);
    return result;
  }

  /// After run(): `result` is good and holds every certificate that OpenSSL went through.
  bool knows_all_of(const PathResult& result) const {
    if (!result.ok()) return false;
    return static_cast<std::size_t>(std::max(0, sk_X509_num(X509_STORE_CTX_get0_chain(context_.get())))) ==
           result.chain.size();
  }

 private:
  bool prepare() {
    ParameterHandle parameters = make_parameters(policy_);
    store_.reset(X509_STORE_new());
    untrusted_.reset(sk_X509_new_null());
    lists_.reset(sk_X509_CRL_new_null());
    context_.reset(X509_STORE_CTX_new());
    if (!parameters || !store_ || !untrusted_ || !lists_ || !context_) return false;
    const X509* leaf = usable(leaf_);
    for (const Certificate* anchor : relevant_anchors()) {
      if (X509_STORE_add_cert(store_.get(), usable(*anchor)) != 1) return false;
    }
    for (const Certificate& candidate : embedded_) {
      X509* object = usable(candidate);
      if (X509_up_ref(object) != 1) return false;
      if (sk_X509_push(untrusted_.get(), object) <= 0) {
        X509_free(object);
        return false;
      }
    }
    for (const Crl& list : crls_) {
      if (X509_CRL_up_ref(list.native()) != 1) return false;
      if (sk_X509_CRL_push(lists_.get(), list.native()) <= 0) {
        X509_CRL_free(list.native());
        return false;
      }
    }
    // The trust setting follows from the purpose only when it is in the store before the context starts.
    if (X509_STORE_set1_param(store_.get(), parameters.get()) != 1) return false;
    if (X509_STORE_CTX_init(context_.get(), store_.get(), const_cast<X509*>(leaf), untrusted_.get()) != 1)
      return false;
    X509_STORE_CTX_set0_crls(context_.get(), lists_.get());
    X509_STORE_CTX_set_verify_cb(context_.get(), remember_first_error);
    X509_STORE_CTX_set_ex_data(context_.get(), context_index(), &first_error_);
    return true;
  }

  /// Those anchors that a path can pass: whose name is the issuer's of the leaf, of a candidate, of a list or of
  /// another such anchor. Putting the roots of the whole world into OpenSSL's store for each message would cost more
  /// than the validation.
  std::vector<const Certificate*> relevant_anchors() const {
    std::vector<const X509_NAME*> names;
    const auto add_names = [&](const Certificate& certificate) {
      names.push_back(X509_get_issuer_name(certificate.native()));
      names.push_back(X509_get_subject_name(certificate.native()));
    };
    add_names(leaf_);
    for (const Certificate& candidate : embedded_) add_names(candidate);
    for (const Crl& list : crls_) names.push_back(X509_CRL_get_issuer(list.native()));
    std::sort(names.begin(), names.end(),
              [](const X509_NAME* a, const X509_NAME* b) { return X509_NAME_cmp(a, b) < 0; });
    const auto wanted = [&](const Certificate& anchor) {
      const X509_NAME* subject = X509_get_subject_name(anchor.native());
      return std::binary_search(names.begin(), names.end(), subject,
                                [](const X509_NAME* a, const X509_NAME* b) { return X509_NAME_cmp(a, b) < 0; });
    };
    std::vector<const Certificate*> relevant;
    std::vector<const Certificate*> others;
    for (const Certificate& anchor : anchors_) (wanted(anchor) ? relevant : others).push_back(&anchor);
    // An anchor that is not self-signed leads on to its issuer.
    for (std::size_t index = 0; index < relevant.size(); ++index) {
      if (relevant[index]->self_issued()) continue;
      const X509_NAME* issuer = X509_get_issuer_name(relevant[index]->native());
      for (const Certificate*& other : others) {
        if (other == nullptr || X509_NAME_cmp(X509_get_subject_name(other->native()), issuer) != 0) continue;
        relevant.push_back(other);
        other = nullptr;
      }
    }
    return relevant;
  }

  /// The object to validate: the certificate's own, or a copy with the DSA parameters that it inherits.
  X509* usable(const Certificate& certificate) {
    if (lacks_dsa_parameters(certificate)) {
      for (const auto& [original, copy] : completed_) {
        if (original == certificate) return copy.get();
      }
      const std::array<std::span<const Certificate>, 2> candidates{anchors_, embedded_};
      const crypto::PublicKey key = complete_dsa_key(certificate, candidates);
      X509Handle copy = key ? with_public_key(certificate, key) : X509Handle();
      if (copy) {
        completed_.emplace_back(certificate, std::move(copy));
        return completed_.back().second.get();
      }
    }
    return certificate.native();
  }

  const Certificate* original_of(const X509* object) const {
    if (object == leaf_.native()) return &leaf_;
    for (const auto& group : {embedded_, anchors_}) {
      for (const Certificate& certificate : group) {
        if (certificate.native() == object) return &certificate;
      }
    }
    for (const auto& [original, copy] : completed_) {
      if (copy.get() == object) return &original;
    }
    return nullptr;
  }

  void collect_chain(PathResult& result) const {
    STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(context_.get());
    for (int index = 0; index < sk_X509_num(chain); ++index) {
      const Certificate* original = original_of(sk_X509_value(chain, index));
      if (original != nullptr) result.chain.push_back(*original);
    }
  }

  void collect_policies(PathResult& result) const {
    const X509_POLICY_TREE* tree = X509_STORE_CTX_get0_policy_tree(context_.get());
    STACK_OF(X509_POLICY_NODE)* nodes = tree == nullptr ? nullptr : X509_policy_tree_get0_user_policies(tree);
    for (int index = 0; index < sk_X509_POLICY_NODE_num(nodes); ++index) {
      const X509_POLICY_NODE* node = sk_X509_POLICY_NODE_value(nodes, index);
      const ASN1_OBJECT* policy = X509_policy_node_get0_policy(node);
      result.user_policies.push_back(OBJ_obj2nid(policy) == NID_any_policy ? "anyPolicy" : oid_to_string(policy));
    }
    std::sort(result.user_policies.begin(), result.user_policies.end());
  }

  static PathResult refuse(std::string_view outcome, const Certificate& at_fault, int depth) {
    const PathOutcome& row = outcome_by_name(outcome);
    PathResult result;
    result.outcome = row.outcome;
    result.cause = row.outcome;
    result.depth = depth;
    result.text = "the certificate '" + at_fault.subject() + "' (" + at_fault.thumbprint().to_biztalk() + ") " +
                  std::string(row.text);
    if (row.outcome == "chain:expired") result.text += " on " + to_rfc3339(at_fault.not_after());
    if (row.outcome == "chain:not-yet-valid") result.text += "; it will be from " + to_rfc3339(at_fault.not_before());
    result.remedy = row.remedy;
    return result;
  }

  const Certificate& leaf_;
  std::span<const Certificate> embedded_;
  std::span<const Certificate> anchors_;
  std::span<const Crl> crls_;
  const PathPolicy& policy_;
  std::vector<std::pair<Certificate, X509Handle>> completed_;
  int first_error_ = X509_V_OK;
  StoreHandle store_;
  X509StackHandle untrusted_;
  X509CrlStackHandle lists_;
  ContextHandle context_;  // declared last: it refers to the others
};

}  // namespace

Result<> PathResult::status() const {
  if (ok()) return {};
  return fail(outcome_by_name(outcome).code, text, "certificate " + std::to_string(depth) + " of the path", remedy);
}

PathResult validate_path(const Certificate& leaf, std::span<const Certificate> embedded,
                         std::span<const Certificate> anchors, std::span<const Crl> crls, const PathPolicy& policy) {
  const ErrorQueueGuard guard;
  static_cast<void>(
      crypto::initialise());  // without the legacy provider, MD5 signatures fail to verify; all else works
  // Revocation lists are issued by authorities over others (RFC 5280 section 6.1 checks no anchor). A certificate
  // that is itself trusted, as partners' self-signed ones are, is withdrawn by removing it or by the Untrusted store.
  if (policy.crl_check != CrlCheck::Off && leaf.self_issued() &&
      std::find(anchors.begin(), anchors.end(), leaf) != anchors.end()) {
    PathPolicy without_lists = policy;
    without_lists.crl_check = CrlCheck::Off;
    return Validation(leaf, embedded, anchors, crls, without_lists).run();
  }
  static PathMemory memory(kRememberedPaths);
  const auto question = PathMemory::question(leaf, embedded, anchors, crls, policy);
  if (question) {
    if (auto known = memory.find(*question, policy.time)) return std::move(*known);
  }
  Validation validation(leaf, embedded, anchors, crls, policy);
  PathResult result = validation.run();
  if (question && validation.knows_all_of(result)) memory.keep(*question, result);
  return result;
}

Result<crypto::PublicKey> signer_public_key(const Certificate& certificate, std::span<const Certificate> candidates) {
  if (lacks_dsa_parameters(certificate)) {
    const crypto::PublicKey key = complete_dsa_key(certificate, std::span(&candidates, 1));
    if (key) return key;
  }
  return certificate.public_key();
}

}  // namespace sealgate::certificates
