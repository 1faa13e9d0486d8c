#include <algorithm>
#include <array>

#include "cms/ber.h"
#include "cms/format.h"
#include "cms/oids.h"
#include "cms/types.h"
#include "mime/sniff.h"
#include "smime/detail/damage.h"
#include "smime/detail/stages.h"
#include "smime/errors.h"

namespace sealgate::smime::detail {
namespace {

// How much is looked at before the form is decided.
constexpr std::size_t kWindow = cms::kFormatSniffBytes;

enum class Form { Undecided, Mime, Cms, Opaque };

// SEQUENCE { OBJECT IDENTIFIER of a layer: nothing else than a ContentInfo begins like that.
bool is_content_info(ByteView prefix) {
  cms::BerHeader header;
  std::size_t used = 0;
  if (cms::decode_header(prefix, header, used) != cms::HeaderStatus::Complete) return false;
  if (!header.is(cms::tag::kSequence) || !header.constructed) return false;
  const ByteView rest = prefix.subspan(used);
  constexpr std::array<Byte, 8> kPkcs7 = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07};
  constexpr std::array<Byte, 10> kSmime = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01};
  const auto holds = [&](std::size_t length, ByteView arc, auto... last) {
    if (rest.size() < length + 2 || rest[0] != cms::tag::kOid || rest[1] != length) return false;
    if (!std::equal(arc.begin(), arc.end(), rest.begin() + 2)) return false;
    return ((rest[1 + length] == last) || ...);
  };
  return holds(9, kPkcs7, 2, 3, 5, 6) || holds(11, kSmime, 9, 23);
}

class ContentStage final : public Stage {
 public:
  ContentStage(Context& context, Scope scope, std::string content_type)
      : context_(context), scope_(std::move(scope)), content_type_(std::move(content_type)) {
    is_message_ = content_type_.empty();
  }

  Result<> write(ByteView bytes) override {
    if (next_) return next_->write(bytes);
    if (bytes.empty()) return {};
    empty_ = false;
    if (prefix_.empty() && bytes.size() >= kWindow) {  // the usual case: no copy
      SG_TRY(choose(decide(bytes.first(kWindow), false), bytes.first(kWindow)));
      return next_->write(bytes);
    }
    const std::size_t take = std::min(bytes.size(), kWindow - prefix_.size());
    append(prefix_, bytes.first(take));
    const Form form = decide(prefix_, false);
    if (form == Form::Undecided) return {};
    SG_TRY(start(form));
    return next_->write(bytes.subspan(take));
  }

  Result<> finish() override {
    if (!next_) SG_TRY(start(decide(prefix_, true)));
    return next_->finish();
  }

  void input_failed(const Error& error) override {
    if (!next_ && prefix_.empty()) return;
    if (!next_) {
      if (const auto started = start(decide(prefix_, true)); !started) return;
    }
    next_->input_failed(error);
  }

 private:
  Result<> start(Form form) {
    SG_TRY(choose(form, prefix_));
    const Bytes prefix = std::move(prefix_);
    prefix_.clear();
    return next_->write(prefix);
  }

  // Decides on the whole window or on everything there is, never on less: the sizes of the pieces must not matter.
  Form decide(ByteView prefix, bool at_end) const {
    if (states_layer()) return Form::Cms;
    if (!at_end && prefix.size() < kWindow) return Form::Undecided;
    if (mime::looks_like_mime(prefix, true) == mime::Sniff::Mime && has_content_header(prefix)) return Form::Mime;
    if (!is_message_) return is_content_info(prefix) ? Form::Cms : Form::Opaque;
    return cms::sniff_format(prefix, true).value_or(cms::Format::Other) == cms::Format::Other ? Form::Opaque
                                                                                              : Form::Cms;
  }

  // The layer around says that its content is a layer itself. Any other type is looked at like plain data: the type
  // of encrypted content is not protected, so that it must not decide whether a signature inside is looked for.
  bool states_layer() const {
    const auto kind = cms::layer_kind_from_oid(content_type_);
    return kind && *kind != cms::LayerKind::Data;
  }

  Result<> choose(Form form, ByteView prefix) {
    if (form == Form::Opaque && scope_.malleable) {
      if (looks_like_damaged_header(prefix)) return fail(cannot_decrypt());
      context_.decrypted_noise = is_noise(as_text(prefix.first(std::min<std::size_t>(prefix.size(), 16))));
    }
    switch (form) {
      case Form::Mime:
        if (is_message_) context_.report.input_format = "mime";
        next_ = make_entity_stage(context_, std::move(scope_));
        return {};
      case Form::Cms: {
        if (is_message_) context_.report.input_format = "cms";
        CmsStageOptions options;
        options.armored = is_message_;
        if (states_layer()) options.bare_type = content_type_;
        next_ = make_cms_stage(context_, std::move(scope_), options);
        return {};
      }
      case Form::Undecided:
      case Form::Opaque:
        break;
    }
    if (is_message_) {
      context_.report.input_format = "other";
      if (!context_.options.allow_non_mime) return refuse();
    }
    next_ = make_opaque_stage(context_, std::move(scope_));
    return {};
  }

  Result<> refuse() {
    Error error = empty_ ? Error{kEmptyInput, "the input is empty", {}, "check the sender's transfer"}
                         : Error{kNotMime,
                                 "the input is neither MIME nor CMS",
                                 {},
                                 "check the sender's settings, or allow input that is not MIME"};
    context_.fatal = error;
    return fail(std::move(error));
  }

  Context& context_;
  Scope scope_;
  std::string content_type_;
  bool is_message_;
  bool empty_ = true;
  Bytes prefix_;
  std::unique_ptr<Stage> next_;
};

}  // namespace

std::unique_ptr<Stage> make_content_stage(Context& context, Scope scope, std::string content_type) {
  return std::make_unique<ContentStage>(context, std::move(scope), std::move(content_type));
}

}  // namespace sealgate::smime::detail
