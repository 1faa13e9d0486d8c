#include "pipeline/receive_pipeline.h"

#include <algorithm>
#include <utility>

#include "artifacts/built_in_pipelines.h"
#include "messaging/ids.h"
#include "messaging/property_names.h"
#include "pipeline/component_table.h"
#include "pipeline/errors.h"
#include "pipeline/map_component.h"
#include "pipeline/party_resolution.h"
#include "pipeline/weak_algorithms.h"

namespace sealgate::pipeline {
namespace {

namespace names = messaging::names;
using artifacts::Component;
using artifacts::Stage;

/// The raw form as a message. What nothing decodes is of the type that its transport says.
InFlight as_message(const messaging::Part& raw, messaging::MessageContext context, bool decoded) {
  InFlight made;
  const auto type = decoded ? std::nullopt : context.text(names::kHttpContentType);
  if (type && type->size() <= messaging::kMaximumPromotedText) context.promote(names::kMimeContentType, *type);
  made.message.context = std::move(context);
  made.message.parts.push_back(raw);
  if (type && made.message.parts.back().content_type.empty()) made.message.parts.back().content_type = *type;
  return made;
}

class Run {
 public:
  Run(const ReceiveRun& run, std::vector<Component> components, const std::vector<std::string>& maps)
      : run_(run), components_(std::move(components)), maps_(maps) {
    const auto* disassembler = artifacts::find_settings<artifacts::XmlDisassemblerSettings>(components_);
    const auto* validator = artifacts::find_settings<artifacts::XmlValidatorSettings>(components_);
    recovers_ = (disassembler != nullptr && disassembler->recoverable_interchange) ||
                (validator != nullptr && validator->recoverable_interchange);
  }

  Result<Interchange> all(const messaging::Part& raw, messaging::MessageContext context) {
    const bool decoded =
        std::ranges::any_of(components_, [](const Component& c) { return c.stage == Stage::Decode; });
    set_guest(context);
    context.remove(names::kDecryptionPredicate);
    InFlight whole = as_message(raw, std::move(context), decoded);
    SG_TRY(steps(Stage::Decode, whole));
    SG_TRY_ASSIGN(Pieces pieces, disassemble(whole.message));
    Interchange interchange;
    interchange.rejected = std::move(pieces.rejected);
    interchange.rejected_resumable = !decoded;
    for (messaging::Message& piece : pieces.messages) {
      const bool last = &piece == &pieces.messages.back();  // mostly the only one: what was found out becomes its own
      InFlight one{std::move(piece), last ? std::exchange(whole.report, std::nullopt) : whole.report, whole.signer,
                   nullptr};
      auto result = finish(one);
      if (result) {
        interchange.messages.push_back({std::move(one.message), one.party});
        continue;
      }
      // Whose it is, is asked of the whole; and trouble of our own is not the piece's.
      if (!recovers_ || resolving_ || result.error().code.error_class == ErrorClass::Environment) {
        return fail(std::move(result).error());
      }
      interchange.rejected.push_back({std::move(result).error(), one.message.context, *one.message.body_part()});
    }
    return interchange;
  }

 private:
  Result<> steps(Stage stage, InFlight& message) {
    for (const Component& component : components_) {
      if (component.stage != stage) continue;
      SG_TRY(std::get<ReceiveStep>(action_of(component.settings))(run_, component.settings, message));
    }
    return {};
  }

  /// The first component that recognises the message; an empty stage passes it on.
  Result<Pieces> disassemble(messaging::Message& message) {
    std::string reasons;
    for (const Component& component : components_) {
      if (component.stage != Stage::Disassemble) continue;
      auto pieces = std::get<Disassemble>(action_of(component.settings))(run_, component.settings, message);
      if (pieces || pieces.error().code != kNotRecognized) return pieces;
      reasons += (reasons.empty() ? "" : "; ") + pieces.error().what;
    }
    if (!reasons.empty()) {
      return fail(kNotRecognized, "no disassembler of the pipeline recognizes the message: " + reasons, {},
                  "apply a schema of its message type, or set allow_unrecognized_message");
    }
    Pieces whole;
    whole.messages.push_back(std::move(message));
    return whole;
  }

  Result<> finish(InFlight& message) {
    resolving_ = false;
    SG_TRY(steps(Stage::Validate, message));
    resolving_ = true;
    SG_TRY(steps(Stage::ResolveParty, message));
    if (message.report) SG_TRY(check_weak_algorithms(*message.report, message.party, run_.environment.now));
    if (!run_.host.authentication_trusted) {
      // An untrusted host may open messages but not say whose they are.
      message.party = nullptr;
      set_guest(message.message.context);
    }
    resolving_ = false;
    return apply_map(run_.environment, maps_, message.message);
  }

  const ReceiveRun& run_;
  std::vector<Component> components_;
  const std::vector<std::string>& maps_;
  bool recovers_ = false;
  bool resolving_ = false;
};

/// One id for all, and their places. A piece that was rejected once and is tried again keeps both.
Result<> number(Interchange& interchange, std::string id, std::optional<std::int64_t> earlier, Time now) {
  const bool again = !id.empty() && interchange.messages.size() + interchange.rejected.size() == 1;
  if (id.empty()) {
    SG_TRY_ASSIGN(const messaging::MessageId made, messaging::make_message_id(now));
    id = made.text();
  }
  std::int64_t place = again ? earlier.value_or(1) : 1;
  const auto mark = [&](messaging::MessageContext& context) {
    context.write(names::kInterchangeId, id);
    context.write(names::kInterchangeSequenceNumber, place++);
  };
  for (Received& received : interchange.messages) mark(received.message.context);
  for (Rejected& rejected : interchange.rejected) mark(rejected.context);
  return {};
}

}  // namespace

Result<Interchange> run_receive_pipeline(const Environment& environment, const artifacts::Host& host,
                                         const artifacts::PipelineSettings& pipeline,
                                         const std::vector<std::string>& maps, const messaging::Part& raw,
                                         messaging::MessageContext context) {
  auto components = artifacts::components_of(environment.artifacts, pipeline);
  if (!components) {
    return fail(kNoSuchPipeline, "there is no pipeline '" + pipeline.name + "'", {}, "apply it again, then resume");
  }
  const ReceiveRun receive{environment, host};
  std::string id = context.text_or_empty(names::kInterchangeId);
  const auto earlier = context.integer(names::kInterchangeSequenceNumber);
  Run run(receive, std::move(*components), maps);
  SG_TRY_ASSIGN(Interchange interchange, run.all(raw, std::move(context)));
  SG_TRY(number(interchange, std::move(id), earlier, environment.now));
  return interchange;
}

}  // namespace sealgate::pipeline
