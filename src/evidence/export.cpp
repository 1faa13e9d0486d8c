#include "evidence/export.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/hex.h"
#include "base/text.h"
#include "certificates/export.h"
#include "certificates/import.h"
#include "certificates/path_validation.h"
#include "crypto/digest.h"
#include "evidence/exhibits.h"
#include "evidence/line_ends.h"
#include "evidence/signed_part.h"
#include "mime/base64.h"

namespace sealgate::evidence {
namespace {

using certificates::Certificate;
using certificates::Crl;

/// What is read into memory: receipts, chains, lists.
constexpr std::size_t kMaximumSmall = std::size_t{64} * 1024 * 1024;
/// A message that was tried for weeks has very many records; those that prove contents come first.
constexpr std::size_t kMaximumProven = 100;

Result<Bytes> read_small(messaging::TrackingLog& log, const Bytes& sha256) {
  BufferSink sink(kMaximumSmall);
  SG_TRY(log.read_body(sha256, sink));
  return sink.take();
}

std::string numbered(const std::string& stem, std::size_t number, const std::string& suffix) {
  return stem + (number == 1 ? std::string() : "-" + std::to_string(number)) + suffix;
}

std::string two_digits(std::size_t number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

class Export {
 public:
  Export(messaging::TrackingLog& log, const Dossier& dossier, Collection& collection)
      : log_(log), dossier_(dossier), collection_(collection) {}

  Result<Exhibits> run(const ExportRequest& request, Time now) {
    exhibits_.made = now;
    for (const Kept& kept : dossier_.kept) SG_TRY(add_kept(kept));
    SG_TRY(add_signatures());
    SG_TRY(add_mic());
    SG_TRY(add_records(request.with_seals));
    tell_missing(request.with_seals);
    return std::move(exhibits_);
  }

 private:
  /// The file of a content; "" when it was not kept.
  std::string file_of(std::string_view point, const Bytes& sha256) const {
    const auto found = files_.find({std::string(point), sha256});
    return found == files_.end() ? std::string() : found->second;
  }
  const Kept* of_record(std::int64_t sequence, std::string_view point) const {
    const auto found = std::ranges::find_if(
        dossier_.kept, [&](const Kept& one) { return one.sequence == sequence && one.point == point; });
    return found == dossier_.kept.end() ? nullptr : &*found;
  }

  Result<> add_kept(const Kept& kept) {
    if (!file_of(kept.point, kept.sha256).empty()) return {};
    const auto [name, what] = name_of(kept);
    SG_TRY(collection_.add(name, what, [&](Sink& sink) { return log_.read_body(kept.sha256, sink); }));
    files_[{kept.point, kept.sha256}] = name;
    return {};
  }

  std::pair<std::string, std::string> name_of(const Kept& kept) {
    const std::size_t number = ++counts_[kept.point];
    if (kept.point == "as2-message") {
      return {numbered("message", number, ".http"),
              "the message as it travelled: header lines, an empty line, the body"};
    }
    if (kept.point == "as2-content") {
      return of_record(kept.sequence, "as2-signature") != nullptr
                 ? std::pair{numbered("message-signed", number, ".bin"), "what was signed, octet for octet"}
                 : std::pair{numbered("message-checked", number, ".bin"), "what the receipt's check is over"};
    }
    if (kept.point == "as2-signature") return {numbered("message", number, ".p7s"), "the signature of the message"};
    if (kept.point == "as2-document") {
      const std::string name = number == 1 ? harmless_name(dossier_.fact("as2.file")) : "document";
      return {"documents/" + two_digits(number) + "-" + name, "a document"};
    }
    if (kept.point == "as2-chain") {
      return {numbered("certificates/chain", number, ".pem"), "the certificates from the signer's to its anchor"};
    }
    if (kept.point == "as2-receipt") {
      return {numbered("receipt", number, ".http"), "the receipt as it travelled"};
    }
    if (kept.point == "as2-receipt-chain") {
      return {numbered("certificates/receipt-chain", number, ".pem"), "the certificates of who signed the receipt"};
    }
    if (kept.point.ends_with("-crl")) {
      return {numbered("revocation/" + harmless_name(kept.point), number, ".crl"), "a revocation list of that time"};
    }
    if (kept.point.ends_with("-ocsp")) {
      return {numbered("revocation/" + harmless_name(kept.point), number, ".der"), "an OCSP answer of that time"};
    }
    return {"tracked/" + numbered(harmless_name(kept.point), number, ".bin"), "the content at " + kept.point};
  }

  // --- Signatures

  Result<> add_signatures() {
    std::set<std::string> done;
    for (const Kept& kept : dossier_.kept) {
      if (kept.point == "as2-signature" && done.insert(file_of(kept.point, kept.sha256)).second) {
        SG_TRY(add_message_signature(kept));
      }
      if (kept.point == "as2-receipt" && done.insert(file_of(kept.point, kept.sha256)).second) {
        SG_TRY(add_receipt_signature(kept));
      }
    }
    return {};
  }

  Result<> add_message_signature(const Kept& signature) {
    const Kept* content = of_record(signature.sequence, "as2-content");
    if (content == nullptr) return {};
    SignedExhibit exhibit;
    exhibit.title = "The message";
    exhibit.signature = file_of(signature.point, signature.sha256);
    exhibit.content = file_of(content->point, content->sha256);
    exhibit.at = signature.at;
    if (const std::string variant = dossier_.fact("as2.variant"); !variant.empty()) {
      SG_TRY(add_variant(*content, variant, exhibit));
    }
    SG_TRY(add_path(signature, "as2-", exhibit));
    exhibits_.signatures.push_back(std::move(exhibit));
    return {};
  }

  /// The content with the line ends that were signed.
  Result<> add_variant(const Kept& content, const std::string& variant, SignedExhibit& exhibit) {
    const std::string name =
        exhibit.content.substr(0, exhibit.content.rfind('.')) + "-" + harmless_name(variant) + ".bin";
    SG_TRY(collection_.add(name, "the same with the line ends that were signed", [&](Sink& sink) {
      LineEnds lines(variant, sink);
      return log_.read_body(content.sha256, lines);
    }));
    exhibit.content = name;
    return {};
  }

  Result<> add_receipt_signature(const Kept& receipt) {
    SG_TRY_ASSIGN(const Bytes bytes, read_small(log_, receipt.sha256));
    auto parts = take_apart(bytes);
    const std::string file = file_of(receipt.point, receipt.sha256);
    const std::string stem = file.substr(0, file.rfind('.'));
    if (!parts) {
      if (receipt_.empty()) receipt_ = file;
      return {};
    }
    SignedExhibit exhibit;
    exhibit.title = "The receipt";
    exhibit.content = stem + "-signed.bin";
    exhibit.signature = stem + ".p7s";
    exhibit.at = receipt.at;
    SG_TRY(collection_.add(exhibit.content, "what was signed of the receipt, octet for octet", parts->content));
    SG_TRY(collection_.add(exhibit.signature, "the signature of the receipt", parts->signature));
    SG_TRY(add_path(receipt, "as2-receipt-", exhibit));
    receipt_ = exhibit.content;
    exhibits_.signatures.push_back(std::move(exhibit));
    return {};
  }

  /// The certificates and lists that the same record kept.
  Result<> add_path(const Kept& signature, const std::string& prefix, SignedExhibit& exhibit) {
    const Kept* chain = of_record(signature.sequence, prefix + "chain");
    if (chain == nullptr) return {};
    SG_TRY_ASSIGN(const Bytes pem, read_small(log_, chain->sha256));
    SG_TRY_ASSIGN(const auto bundle, certificates::import_bundle(pem));
    for (const auto& one : bundle.certificates) exhibit.path.push_back(one.certificate);
    if (exhibit.path.empty()) return {};
    exhibit.chain = file_of(chain->point, chain->sha256);
    const std::string stem = exhibit.chain.substr(0, exhibit.chain.rfind('.'));
    exhibit.signer = stem + "-signer.pem";
    exhibit.anchor = stem + "-anchor.pem";
    const auto add_one = [this](const std::string& name, const std::string& what, const Certificate& one) {
      const auto known = std::ranges::find(collection_.files(), name, &FileFacts::name);
      if (known != collection_.files().end()) return Result<>();
      return collection_.add(name, what, as_bytes(certificates::export_pem({&one, 1})));
    };
    SG_TRY(add_one(exhibit.signer, "the signer's certificate", exhibit.path.front()));
    SG_TRY(add_one(exhibit.anchor, "the certificate that was trusted", exhibit.path.back()));
    std::vector<std::string> lists;
    for (const Kept& kept : dossier_.kept) {
      if (kept.sequence != signature.sequence || kept.point != prefix + "crl") continue;
      SG_TRY_ASSIGN(const Bytes der, read_small(log_, kept.sha256));
      SG_TRY_ASSIGN(Crl crl, Crl::from_der(der));
      exhibit.crls.push_back(std::move(crl));
      lists.push_back(file_of(kept.point, kept.sha256));
    }
    judge(exhibit, lists);
    if (exhibit.path.size() < 2) return {};
    exhibit.issuer = exhibit.path.size() == 2 ? exhibit.anchor : stem + "-issuer.pem";
    SG_TRY(add_one(exhibit.issuer, "the certificate of the signer's issuer", exhibit.path[1]));
    for (const Kept& kept : dossier_.kept) {
      if (kept.sequence != signature.sequence || kept.point != prefix + "ocsp") continue;
      SG_TRY_ASSIGN(const Bytes der, read_small(log_, kept.sha256));
      judge(exhibit, file_of(kept.point, kept.sha256), der);
    }
    return {};
  }

  static void judge(SignedExhibit& exhibit, const std::string& file, ByteView answer) {
    certificates::OcspRules rules;
    rules.time = exhibit.at;
    rules.candidates = exhibit.path;
    const auto said = certificates::check_ocsp_response(answer, exhibit.path[0], exhibit.path[1], rules);
    if (!said) return;
    exhibit.ocsp.emplace_back(file, *said);
    if (said->status == certificates::RevocationStatus::Good && exhibit.time_holds) exhibit.answers.push_back(file);
  }

  /// Which commands hold: openssl judges by the clock's time and by lists as we do.
  static void judge(SignedExhibit& exhibit, const std::vector<std::string>& lists) {
    certificates::PathPolicy policy;
    policy.time = exhibit.at;
    policy.partial_chain = true;
    const std::span<const Certificate> anchors{&exhibit.path.back(), 1};
    const auto ok = [&] {
      return certificates::validate_path(exhibit.path.front(), exhibit.path, anchors, exhibit.crls, policy).ok();
    };
    exhibit.time_holds = ok();
    if (exhibit.crls.empty() || exhibit.path.size() < 2 || !exhibit.time_holds) return;
    policy.crl_check = certificates::CrlCheck::Leaf;
    if (ok()) exhibit.lists = lists;
  }

  // --- The receipt's check

  Result<> add_mic() {
    const std::string mic = dossier_.fact("as2.mic");
    const Kept* content = dossier_.first_kept("as2-content");
    if (mic.empty() || content == nullptr || receipt_.empty()) return {};
    const auto comma = mic.rfind(',');
    if (comma == std::string::npos) return {};
    const auto algorithm = crypto::digest_from_name(trim(std::string_view(mic).substr(comma + 1)));
    if (!algorithm) return {};
    crypto::MultiDigest digests({*algorithm});
    crypto::DigestSink digest(digests);
    SG_TRY(log_.read_body(content->sha256, digest));
    SG_TRY_ASSIGN(const crypto::DigestValue value, digests.value(*algorithm));
    MicExhibit exhibit;
    exhibit.digest = crypto::name(*algorithm);
    exhibit.content = file_of(content->point, content->sha256);
    exhibit.receipt = receipt_;
    SG_TRY_ASSIGN(exhibit.matches, holds(mime::base64_encode(value.view())));
    exhibits_.mic = std::move(exhibit);
    return {};
  }

  /// Whether it stands in what the receipt says, where grep finds it.
  Result<bool> holds(const std::string& text) const {
    const Kept* receipt = dossier_.kept_at("as2-receipt").back();
    SG_TRY_ASSIGN(const Bytes bytes, read_small(log_, receipt->sha256));
    const auto parts = take_apart(bytes);
    return as_text(parts ? ByteView(parts->content) : ByteView(bytes)).find(text) != std::string_view::npos;
  }

  // --- The chain

  Result<> add_records(bool with_seals) {
    SG_TRY_ASSIGN(const auto state, log_.state());
    if (state.head) {
      exhibits_.head = to_hex(state.head->hash);
      exhibits_.head_number = state.head->number;
    }
    if (!with_seals) return {};
    std::vector<std::int64_t> sequences;
    for (const Kept& kept : dossier_.kept) sequences.push_back(kept.sequence);
    for (const auto& record : dossier_.records) sequences.push_back(record.sequence);
    std::set<std::int64_t> done;
    std::set<std::int64_t> seals;
    for (const std::int64_t sequence : sequences) {
      if (done.size() == kMaximumProven || !done.insert(sequence).second) continue;
      SG_TRY_ASSIGN(const auto sealed, log_.sealed_record(sequence));
      if (!sealed) {
        unsealed_.push_back(sequence);
        continue;
      }
      SG_TRY(add_sealed(sequence, *sealed, seals));
    }
    std::ranges::sort(exhibits_.sealed, {}, &SealedExhibit::sequence);
    return {};
  }

  Result<> add_sealed(std::int64_t sequence, const messaging::SealedRecord& sealed, std::set<std::int64_t>& seals) {
    SealedExhibit exhibit;
    exhibit.sequence = sequence;
    exhibit.number = sealed.seal.number;
    exhibit.record = "log/record-" + std::to_string(sequence) + ".bin";
    exhibit.seal = "log/seal-" + std::to_string(exhibit.number) + ".bin";
    exhibit.offset = sealed.offset;
    exhibit.size = sealed.size;
    exhibit.hash = to_hex(sealed.seal.hash);
    const ByteView hashed(sealed.hashed);
    SG_TRY(collection_.add(exhibit.record, "a record of the log as it was sealed",
                           hashed.subspan(sealed.offset, sealed.size)));
    if (seals.insert(exhibit.number).second) {
      SG_TRY(
          collection_.add(exhibit.seal, "what the seal's hash is over; holds other messages' records, too", hashed));
    }
    for (const Kept& kept : dossier_.kept) {
      if (kept.sequence != sequence) continue;
      std::string file = file_of(kept.point, kept.sha256);
      if (std::ranges::find(exhibit.proves, file) == exhibit.proves.end()) exhibit.proves.push_back(std::move(file));
    }
    exhibits_.sealed.push_back(std::move(exhibit));
    return {};
  }

  // --- What is not there

  void tell_missing(bool with_seals) {
    auto& missing = exhibits_.missing;
    for (const std::int64_t sequence : unsealed_) {
      missing.push_back("Record " + std::to_string(sequence) +
                        " of the tracking log is not sealed yet: export again when the gateway has run for some "
                        "seconds.");
    }
    if (!with_seals) missing.emplace_back("The seals of the tracking log were left out, as was asked for.");
    if (!dossier_.is_as2()) {
      missing.emplace_back(
          "This is no AS2 message: of its contents only those are here that tracking.bodies of a port "
          "keeps.");
      return;
    }
    const std::string archive = dossier_.sent ? "sending.archive" : "receiving.archive";
    const auto tell = [&](std::string_view point, const std::string& what, const std::string& field) {
      if (dossier_.first_kept(point) != nullptr) return;
      missing.push_back(what + " not kept: " + archive + "." + field + " of the agreement keeps it.");
    };
    tell("as2-message", "The message as it travelled was", "encoded");
    if (dossier_.refused) {
      missing.emplace_back("The message was refused, so nothing of what is in it was kept: nobody vouches for it.");
    } else {
      const std::string protection = dossier_.fact("as2.protection");
      const bool encrypted = protection.find("encrypted") != std::string::npos;
      tell("as2-content", "What the receipt's check is over was", encrypted ? "decoded" : "encoded or decoded");
      if (protection.find("signed") == std::string::npos) {
        missing.emplace_back("The message was not signed.");
      } else {
        tell("as2-signature", "The signature was", encrypted ? "decoded" : "encoded or decoded");
        tell("as2-chain", "The signer's path of certificates was", "encoded or decoded");
      }
      tell("as2-document", "The document was", "decoded");
    }
    if (dossier_.first_kept("as2-receipt") != nullptr) return;
    if (dossier_.fact(dossier_.sent ? "as2.disposition" : "receipt").empty()) {
      missing.emplace_back(dossier_.fact("as2.wanted").empty() ? "No receipt was asked for."
                                                               : "No receipt is known so far.");
    } else {
      tell("as2-receipt", "The receipt was", "receipts");
    }
  }

  messaging::TrackingLog& log_;
  const Dossier& dossier_;
  Collection& collection_;
  Exhibits exhibits_;
  std::map<std::pair<std::string, Bytes>, std::string> files_;
  std::map<std::string, std::size_t> counts_;
  std::vector<std::int64_t> unsealed_;
  std::string receipt_;  ///< the file in which the receipt's fields stand
};

}  // namespace

Result<Exported> export_evidence(messaging::TrackingLog& log, const ExportRequest& request, Time now) {
  SG_TRY_ASSIGN(const Dossier dossier, find_dossier(log, request.message));
  Exported exported;
  exported.target = request.target.empty() ? "evidence-" + dossier.message.text() : request.target;
  SG_TRY_ASSIGN(Collection collection, Collection::begin(exported.target));
  SG_TRY_ASSIGN(Exhibits exhibits, Export(log, dossier, collection).run(request, now));
  SG_TRY(collection.add("report.html", "the story, for people",
                        as_bytes(write_page(dossier, exhibits, collection.files()))));
  SG_TRY(
      collection.add("README.md", "the commands that verify everything", as_bytes(write_readme(dossier, exhibits))));
  SG_TRY_ASSIGN(exported.hash, collection.commit(now));
  exported.files = collection.files().size();
  exported.missing = std::move(exhibits.missing);
  return exported;
}

}  // namespace sealgate::evidence
