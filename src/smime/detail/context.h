#pragma once
// What all stages of one decoder share: options, providers, the layers and parts found so far, and the one failure
// that stops everything.
//
// Stages are sinks that form the chain from the outside in. Each keeps its own failures to itself (they belong to its
// layer) and goes on swallowing input, so that the layers around it are still read to their end and judged first.
// Only failures for which stops_everything() holds travel outwards through write().

#include <deque>
#include <optional>
#include <string>

#include "cms/providers.h"
#include "cms/types.h"
#include "smime/decoder.h"
#include "smime/detail/known_signers.h"

namespace sealgate::smime::detail {

/// Where in the message a stage stands.
struct Scope {
  bool chain = true;          ///< on the path from the message to its innermost content, with nothing beside it
  bool is_signed = false;     ///< below a signed layer
  bool is_encrypted = false;  ///< below an encrypted layer
  bool malleable = false;     ///< straight below a CBC layer: nothing has proven these octets, see damage.h
  std::string path;           ///< MIME part number; "" for the message itself
  std::string part;           ///< the protected part of an unprotected multipart that this is in; "" when none
  std::size_t depth = 1;      ///< for mime::Limits::max_depth
  std::size_t layers = 0;     ///< CMS layers around
};

struct LayerNode {
  LayerReport report;
  bool chain = true;
  bool opened = false;  ///< ended without failure
};

class Context {
 public:
  Context(DecodeOptions given, PartReceiver& part_receiver);

  DecodeOptions options;
  PartReceiver& receiver;
  cms::MemoryKeyProvider keys;
  KnownSigners signers;
  Report report;
  std::deque<LayerNode> nodes;           ///< in the order they begin; addresses stay
  std::deque<Outcome> content_failures;  ///< broken MIME inside, in the order found
  std::optional<Error> fatal;
  mime::Headers message_headers;
  bool decrypted_noise = false;  ///< what came out of a CBC layer is no text: perhaps of a wrong key
  bool protected_signed_part = false;
  bool protected_encrypted_part = false;

  /// A new layer at `scope`; smime.too-many-layers past the limits.
  Result<LayerNode*> begin_layer(LayerType type, const Scope& scope);

  /// Keeps `error` as the fatal one when it stops everything, and hands it back to be returned; else nothing.
  Result<> note(const Error& error);

  /// Undoes everything that was found since the layer `node` was opened: its plaintext turned out to be worthless.
  void forget_below(const LayerNode& node, std::size_t parts_before, std::size_t failures_before);
};

/// The one sentence for every failed decryption.
Error cannot_decrypt();

/// A failure with its class. What a private key operation came to is told with one sentence for all of them, and
/// the exact class is kept for tests only.
Outcome outcome_of(const Error& error);

/// SignerReports, weak algorithms and certificate paths of a finished SignedData, into the node.
void judge_signed(const Context& context, const cms::Layer& layer, LayerNode& node);

/// What the report says about a layer, from the header on. Does not set the outcome.
void describe(const cms::Layer& layer, LayerReport& report);

}  // namespace sealgate::smime::detail
