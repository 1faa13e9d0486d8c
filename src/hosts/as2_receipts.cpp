#include "hosts/as2_receipts.h"

#include "as2/mdn_writer.h"
#include "as2/message_id.h"
#include "as2/mic.h"
#include "base/log.h"
#include "crypto/random.h"
#include "hosts/as2_archive.h"
#include "hosts/errors.h"
#include "hosts/receipt_address.h"
#include "messaging/property_names.h"
#include "pipeline/assigned_certificates.h"
#include "pipeline/signer_judge.h"
#include "pipeline/weak_algorithms.h"

namespace sealgate::hosts {
namespace {

namespace names = messaging::names;
using artifacts::GivenReceipt;
using artifacts::ReceiptMode;
using artifacts::ReceiptRule;

constexpr std::string_view kEmptyLine = "\r\n\r\n";

/// The response of HTTP that the stored bytes are.
Result<std::shared_ptr<const adapters::Reply>> reply_of(const Bytes& bytes) {
  const std::string_view text = as_text(bytes);
  const std::size_t end = text.find(kEmptyLine);
  if (end == std::string_view::npos) return fail(kReceiptNotMade, "a stored receipt has no header");
  SG_TRY_ASSIGN(const mime::Headers headers, as2::parse_http_headers(text.substr(0, end + 2)));
  auto reply = std::make_shared<adapters::Reply>();
  for (const mime::HeaderField& field : headers.fields()) reply->headers.push_back({field.name, field.value});
  reply->body = text.substr(end + kEmptyLine.size());
  return reply;
}

/// The partner's favourite that is not weak: a signature counts for as long as the archive, whatever a partner lists.
crypto::DigestAlgorithm signature_digest(const std::vector<as2::MicAlgorithm>& listed) {
  using crypto::DigestAlgorithm;
  for (const as2::MicAlgorithm& one : listed) {
    if (one.digest != DigestAlgorithm::Md5 && one.digest != DigestAlgorithm::Sha1) return one.digest;
  }
  return DigestAlgorithm::Sha256;
}

std::span<const certificates::Certificate> signers_of(const Receipt& receipt) {
  if (!receipt.signer) return {};
  return {&*receipt.signer, 1};
}

/// Whether the receipt is to be signed.
bool is_signed(const pipeline::As2Exchange& exchange) {
  const auto& asked = exchange.message->headers().receipt;
  const bool wanted = asked && asked->wants_signature;
  if (exchange.agreement == nullptr) return wanted;
  const GivenReceipt& given = exchange.agreement->receiving.receipt;
  if (given.rule == ReceiptRule::Agreement) return given.is_signed;
  switch (given.sign_when) {
    case artifacts::SignedReceipts::Required:
      return wanted && asked->signature_required;
    case artifacts::SignedReceipts::Asked:
      return wanted;
    case artifacts::SignedReceipts::Always:
      return true;
  }
  return true;
}

Error not_made(const Error& reason, const std::string& location) {
  return {kReceiptNotMade, "the receipt cannot be made: " + reason.what, "receive location " + location,
          reason.remedy.empty() ? "mend that; the partner sends the message again" : reason.remedy};
}

}  // namespace

std::string As2Reception::receive_key() const {
  if (!is_as2() || exchange_.agreement == nullptr) return {};
  if (exchange_.agreement->receiving.remember_duplicates.count() == 0) return {};
  const as2::MessageHeaders& headers = exchange_.message->headers();
  return "as2\n" + headers.from.text + "\n" + headers.to.text + "\n" + headers.message_id;
}

Result<> As2Reception::forget_old(const std::string& key) {
  if (key.empty()) return {};
  const auto remembered = exchange_.agreement->receiving.remember_duplicates;
  // The box forgets by itself what is older.
  if (remembered >= artifacts::kReceiveKeysKnown) return {};
  SG_TRY_ASSIGN(const bool known, box_.was_received(key));
  return known ? box_.forget_received_before(key, now_ - remembered) : Result<>{};
}

bool As2Reception::is_wanted() const {
  if (!is_as2() || exchange_.is_receipt || !exchange_.message->headers().answerable()) return false;
  if (exchange_.agreement != nullptr && exchange_.agreement->receiving.receipt.rule == ReceiptRule::Agreement) {
    return exchange_.agreement->receiving.receipt.mode != ReceiptMode::None;
  }
  return exchange_.message->headers().receipt.has_value();
}

Result<std::optional<smime::SignOptions>> As2Reception::signature() const {
  const artifacts::Agreement* agreement = exchange_.agreement;
  const auto& asked = exchange_.message->headers().receipt;
  if (!is_signed(exchange_)) return std::nullopt;
  const artifacts::ArtifactSet& set = configuration_.artifacts.set;
  const artifacts::Host* host = set.find_host(location_.host);
  const auto online = pipeline::session_of(*configuration_.certificates);
  pipeline::CertificateUse use;
  use.usage = certificates::Usage::Sign;
  use.place = agreement != nullptr ? "agreement " + agreement->name : "receive location " + location_.name;
  if (host != nullptr) use.account = host->account;
  use.online = online.get();
  use.revocation =
      pipeline::outbound_policy(set, agreement != nullptr ? agreement->sending.revocation : std::nullopt,
                                agreement != nullptr ? set.find_party(agreement->partner.party) : nullptr);
  static const artifacts::CertificateAssignments kNone;
  const artifacts::CertificateAssignments* assigned = set.group ? &set.group->signing_certificates : &kNone;
  if (agreement != nullptr && !agreement->sending.signing_certificates.empty()) {
    assigned = &agreement->sending.signing_certificates;
  }
  // Nobody here signs at all: then what may be unsigned is.
  if (assigned->empty() && asked && !asked->signature_required) return std::nullopt;
  SG_TRY_ASSIGN(const pipeline::OwnCertificate* own,
                pipeline::signing_certificate(*configuration_.certificates, use, *assigned, now_, nullptr));
  smime::SignOptions options{.certificate = own->certificate, .key = *own->key};
  if (agreement == nullptr) return options;
  if (agreement->receiving.receipt.rule == ReceiptRule::Agreement) {
    options.digest = agreement->receiving.receipt.digest;
  } else if (asked) {
    options.digest = signature_digest(asked->mic_algorithms);
  }
  options.attach_certificate = agreement->compatibility.attach_certificate;
  options.old_micalg_names = agreement->compatibility.digest_names == as2::MicSpelling::Plain;
  return options;
}

void As2Reception::choose_address(Receipt& receipt) const {
  const artifacts::Agreement* agreement = exchange_.agreement;
  // Nobody has agreed with a stranger on where to call.
  if (agreement == nullptr) return;
  const GivenReceipt& given = agreement->receiving.receipt;
  std::string wanted;
  if (given.rule == ReceiptRule::Agreement) {
    if (given.mode == ReceiptMode::Async) wanted = given.delivery_url;
  } else {
    const auto& asked = exchange_.message->headers().receipt;
    if (asked->delivery_fault) receipt.address_refused = asked->delivery_fault;
    wanted = asked->delivery_url.value_or("");
  }
  if (wanted.empty()) return;
  if (auto allowed = check_receipt_address(configuration_.artifacts.set, *agreement, wanted); !allowed) {
    receipt.address_refused = std::move(allowed).error();
  } else {
    receipt.address = std::move(wanted);
  }
}

Result<std::optional<Receipt>> As2Reception::make_receipt(const Result<>& verdict) const {
  if (!is_wanted()) return std::nullopt;
  const as2::InboundMessage& message = *exchange_.message;
  const as2::Answer answer = message.judge(verdict, exchange_.report);
  SG_TRY_ASSIGN(const Bytes random, crypto::random_bytes(16));
  as2::MdnOptions options =
      message.receipt(answer, as2::make_message_id(random, message.headers().to.text), SEALGATE_PRODUCT);
  auto sign = signature();
  if (sign) {
    options.sign = std::move(*sign);
  } else if (exchange_.agreement != nullptr) {
    return fail(not_made(sign.error(), location_.name));
  }
  if (exchange_.agreement != nullptr && !exchange_.agreement->receiving.receipt.text.empty()) {
    options.text = exchange_.agreement->receiving.receipt.text + "\n";
  }
  if (exchange_.agreement != nullptr) {
    // Otherwise in the style of the message.
    if (exchange_.agreement->compatibility.quote_names) {
      options.headers.from.quoted = options.headers.to.quoted = true;
    }
    const artifacts::Party* party = configuration_.artifacts.set.find_party(exchange_.agreement->partner.party);
    options.weak = pipeline::weak_policy_for(party, now_);
  }
  options.time = now_;
  auto built = as2::build_mdn(options);
  if (!built) return fail(not_made(built.error(), location_.name));
  Receipt receipt;
  receipt.bytes = to_bytes(built->headers.serialise() + "\r\n");
  append(receipt.bytes, built->body);
  receipt.disposition = as2::to_string(answer.disposition);
  if (options.sign) receipt.signer = options.sign->certificate;
  if (answer.mic) receipt.mic = as2::format_mic(*answer.mic);
  choose_address(receipt);
  if (receipt.address_refused) {
    log(LogLevel::Warning, "a receipt goes into the response: its address cannot be used",
        {{"location", location_.name}, {"reason", receipt.address_refused->to_string()}});
  }
  return receipt;
}

Result<messaging::Publication> As2Reception::call_for(const Receipt& receipt, const Bytes& bytes) const {
  SG_TRY_ASSIGN(auto writer, box_.create_body());
  SG_TRY(writer->write(bytes));
  SG_TRY(writer->finish());
  const as2::MessageHeaders& headers = exchange_.message->headers();
  messaging::Publication call;
  messaging::MessageContext& context = call.message.context;
  context.promote(names::kReceivePortName, port_.name);
  context.promote(names::kAs2From, headers.to.text);
  context.promote(names::kAs2To, headers.from.text);
  context.promote(names::kAs2Agreement, exchange_.agreement->name);
  context.promote(names::kAs2IsMdn, true);
  context.promote(names::kAs2IsAsynchronousMdn, true);
  context.write(names::kAs2OriginalMessageId, headers.message_id);
  context.write(names::kAs2DispositionType, receipt.disposition);
  context.write(names::kAs2MdnAsyncUri, receipt.address);
  messaging::Part part;
  part.name = "body";
  part.content_type = "multipart/report";
  part.body = writer->take();
  call.message.parts.push_back(std::move(part));
  messaging::Delivery work;
  work.kind = messaging::WorkKind::Receipt;
  work.port = exchange_.agreement->name;
  call.deliveries.push_back(std::move(work));
  call.tracking = {{std::string(kAs2ReceiptFor), headers.message_id},
                   {"receipt", receipt.disposition},
                   {"address", receipt.address}};
  return call;
}

Result<> As2Reception::answer(const Receipt& receipt, const Bytes& bytes, bool queued,
                              adapters::SubmitOutcome& outcome) {
  if (receipt.address.empty()) {
    SG_TRY_ASSIGN(outcome.reply, reply_of(bytes));
    return {};
  }
  if (!queued) {
    messaging::PublishRequest request;
    SG_TRY_ASSIGN(auto call, call_for(receipt, bytes));
    request.publications.push_back(std::move(call));
    SG_TRY(box_.publish(std::move(request), now_));
  }
  outcome.reply = std::make_shared<const adapters::Reply>();
  return {};
}

Result<> As2Reception::prepare_refused(const Error& reason, const messaging::Part& raw,
                                       const messaging::MessageContext& context, messaging::TrackingDetails& trail) {
  if (!is_as2()) return {};
  if (is_wanted()) {
    const as2::Answer answer = exchange_.message->judge(fail(reason), exchange_.report);
    trail.emplace_back("receipt", as2::to_string(answer.disposition));
  }
  describe_as2(exchange_, trail);
  return archive_received(configuration_.tracking, exchange_, *raw.body, context, now_, trail);
}

Result<> As2Reception::archive_negative(const Receipt& receipt, const std::string& message) {
  if (exchange_.agreement == nullptr || !exchange_.agreement->receiving.archive.receipts) return {};
  messaging::TrackingRecord record;
  record.event = messaging::TrackingEvent::BodyStored;
  record.message = messaging::MessageId(message);
  record.port = port_.name;
  record.details = {{"receipt", receipt.disposition}};
  SG_TRY(archive_receipt(configuration_.tracking, receipt.bytes, signers_of(receipt), now_, record.details));
  return box_.record({std::move(record)}, now_);
}

Result<> As2Reception::prepare_taken(const messaging::Part& raw, const messaging::MessageContext& context,
                                     messaging::PublishRequest& request) {
  if (!is_as2()) return {};
  SG_TRY_ASSIGN(receipt_, make_receipt({}));
  if (!request.publications.empty()) {
    // Of several messages out of one, the first one stands for all.
    messaging::TrackingDetails& details = request.publications.front().tracking;
    if (receipt_ && !receipt_->mic.empty()) details.emplace_back("as2.mic", receipt_->mic);
    describe_as2(exchange_, details);
    SG_TRY(archive_received(configuration_.tracking, exchange_, *raw.body, context, now_, details));
    if (receipt_ && exchange_.agreement->receiving.archive.receipts) {
      SG_TRY(archive_receipt(configuration_.tracking, receipt_->bytes, signers_of(*receipt_), now_, details));
    }
  }
  request.receive_key = receive_key();
  SG_TRY(forget_old(request.receive_key));
  if (!request.receive_key.empty() &&
      exchange_.agreement->receiving.duplicates == artifacts::DuplicateRule::Deliver) {
    SG_TRY_ASSIGN(const bool known, box_.was_received(request.receive_key));
    if (known) request.receive_key.clear();
    for (messaging::Publication& one : request.publications) {
      one.message.context.promote(names::kAs2IsDuplicate, known);
      if (known) one.tracking.emplace_back("as2.duplicate", "true");
    }
  }
  if (!receipt_) return {};
  for (messaging::Publication& one : request.publications) {
    one.message.context.write(names::kAs2DispositionType, receipt_->disposition);
    one.message.context.write(names::kAs2ContentMic, receipt_->mic);
    one.tracking.emplace_back("receipt", receipt_->disposition);
  }
  request.receipt = receipt_->bytes;
  if (receipt_->address.empty()) return {};
  SG_TRY_ASSIGN(auto call, call_for(*receipt_, receipt_->bytes));
  request.publications.push_back(std::move(call));
  return {};
}

Result<> As2Reception::record_repeated(const messaging::MessageId& first, const messaging::MessageContext& context) {
  messaging::TrackingRecord record;
  record.event = messaging::TrackingEvent::Repeated;
  record.message = first;
  record.port = port_.name;
  record.party = context.text_or_empty(names::kPartyName);
  record.details = {{"location", location_.name},
                    {"remote_address", context.text_or_empty(names::kHttpRemoteAddress)},
                    {"duplicates", std::string(artifacts::to_string(exchange_.agreement->receiving.duplicates))}};
  return box_.record({std::move(record)}, now_);
}

Result<> As2Reception::tell_taken(const messaging::PublishResult& published, const messaging::Part& raw,
                                  const messaging::MessageContext& context, adapters::SubmitOutcome& outcome) {
  if (!is_as2()) return {};
  if (published.duplicate && !published.messages.empty()) {
    SG_TRY(record_repeated(published.messages.front(), context));
  }
  if (published.duplicate && exchange_.agreement->receiving.duplicates == artifacts::DuplicateRule::Suspend) {
    messaging::SuspendRequest request;
    request.context = context;
    request.raw = raw;
    request.failure =
        messaging::Failure::from({kDuplicateMessage, "this message came before", "receive location " + location_.name,
                                  "terminate it; its sender got the receipt of the first"},
                                 false);
    SG_TRY(box_.suspend_received(std::move(request), now_));
  }
  if (!receipt_) {
    outcome.reply = std::make_shared<const adapters::Reply>();
    return {};
  }
  const bool earlier = published.duplicate && !published.receipt.empty();
  return answer(*receipt_, earlier ? published.receipt : receipt_->bytes, !published.duplicate, outcome);
}

Result<> As2Reception::tell_refused(const Error& reason, adapters::SubmitOutcome& outcome) {
  if (!is_as2()) return {};
  auto receipt = make_receipt(fail(reason));
  if (!receipt) {
    log(LogLevel::Error, "a partner cannot be told that a message was refused",
        {{"location", location_.name}, {"reason", receipt.error().to_string()}});
    return {};
  }
  if (!*receipt) return {};
  if (!outcome.message_id.empty()) SG_TRY(archive_negative(**receipt, outcome.message_id));
  std::optional<Bytes> earlier;
  if (const std::string key = receive_key(); !key.empty()) {
    SG_TRY(forget_old(key));
    SG_TRY_ASSIGN(earlier, box_.receipt_of(key));
  }
  return answer(**receipt, earlier ? *earlier : (*receipt)->bytes, false, outcome);
}

}  // namespace sealgate::hosts
