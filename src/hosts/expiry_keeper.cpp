#include "hosts/expiry_keeper.h"

#include <set>

#include "base/log.h"
#include "hosts/errors.h"
#include "hosts/figure_metrics.h"
#include "net/smtp_sender.h"

namespace sealgate::hosts {
namespace {

constexpr std::string_view kMemos = "expiry/";
/// Longer than any mark (artifacts allow ten years): a warning that could come again is still remembered.
constexpr std::chrono::days kForgetAfter{11 * 366};
constexpr std::chrono::seconds kCountEvery{15};

std::string message_metrics(const messaging::Counts& counts) {
  std::string text =
      "# HELP sealgate_messages Deliveries by state.\n"
      "# TYPE sealgate_messages gauge\n";
  const auto line = [&](const char* state, std::uint64_t number) {
    text += std::string("sealgate_messages{state=\"") + state + "\"} " + std::to_string(number) + "\n";
  };
  line("ready", counts.ready);
  line("active", counts.active);
  line("retrying", counts.retrying);
  line("scheduled", counts.scheduled);
  line("suspended", counts.suspended);
  line("completed", counts.completed);
  line("terminated", counts.terminated);
  return text;
}

}  // namespace

ExpiryKeeper::ExpiryKeeper(store::Store& store, const ConfigurationHolder& configuration, const Clock& clock,
                           ExpiryKeeperOptions options)
    : store_(store), configuration_(configuration), clock_(clock), options_(std::move(options)) {}

ExpiryKeeper::~ExpiryKeeper() {
  stop();
}

void ExpiryKeeper::start() {
  thread_ = std::thread([this] { run(); });
}

void ExpiryKeeper::stop() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_all();
  cancelled_ = true;
  client_.cancel();
  if (thread_.joinable()) thread_.join();
}

void ExpiryKeeper::run() {
  std::unique_lock lock(mutex_);
  do {
    lock.unlock();
    const auto now = std::chrono::steady_clock::now();
    const ConfigurationRef current = configuration_.get();
    if (current && (current != seen_ || now >= next_look_)) look();
    if (asked_ && now >= next_count_) count_messages();
    lock.lock();
  } while (!changed_.wait_for(lock, options_.every, [this] { return ends_; }));
}

void ExpiryKeeper::look() {
  const ConfigurationRef current = configuration_.get();
  if (!current) return;
  next_look_ = std::chrono::steady_clock::now() + options_.look_every;
  // A change of the stores makes a new configuration, too: without one the certificates are the same.
  if (current != seen_) {
    if (const auto done = read(current); !done) return say("the certificates in use cannot be read", done.error());
  }
  // Also where nothing changed: windows open and close.
  auto forecast =
      std::make_shared<std::vector<audit::Expiry>>(audit::forecast(uses_->places(), holdings_, clock_.now()));
  {
    const std::lock_guard lock(mutex_);
    forecast_ = forecast;
  }
  if (!current->artifacts.set.group || !options_.is_keeper()) return;
  warn(*current->artifacts.set.group, *forecast);
}

Result<> ExpiryKeeper::read(const ConfigurationRef& configuration) {
  auto uses = std::make_unique<audit::Uses>(configuration->artifacts.set);
  SG_TRY_ASSIGN(holdings_, audit::Holdings::read(store_.certificates(), uses->places(), {}));
  // Only what is in use is kept.
  holdings_.crls.clear();
  holdings_.roots.clear();
  holdings_.intermediates.clear();
  uses_ = std::move(uses);
  seen_ = configuration;
  return {};
}

void ExpiryKeeper::count_messages() {
  next_count_ = std::chrono::steady_clock::now() + kCountEvery;
  const auto counts = store_.box().counts();
  if (!counts) return say("messages cannot be counted", counts.error());
  std::string text = message_metrics(*counts);
  auto figures = figure_metrics(store_);
  if (!figures) return say("the figures cannot be read", figures.error());
  text += *figures;
  const std::lock_guard lock(mutex_);
  counts_ = std::move(text);
}

void ExpiryKeeper::warn(const artifacts::Group& group, const std::vector<audit::Expiry>& forecast) {
  const Time now = clock_.now();
  const auto due = audit::due_warnings(forecast, group.expiry_warnings.days, now);
  if (due.empty()) return;
  const auto memos = store_.memos().list(std::string(kMemos));
  if (!memos) return say("it cannot be told which warnings were sent", memos.error());
  std::set<std::string> sent;
  for (const store::Memo& memo : *memos) sent.insert(memo.key);
  for (const audit::DueWarning& warning : due) {
    for (const char* channel : {"log", "webhook", "email"}) {
      if (channel == std::string_view("webhook") && group.expiry_warnings.webhook.empty()) continue;
      if (channel == std::string_view("email") && !group.expiry_warnings.email) continue;
      if (cancelled_) return;
      if (!sent.contains(warning.key() + "/" + channel)) deliver(warning, channel, group);
    }
  }
  const auto forgotten = store_.memos().forget(std::string(kMemos), now - kForgetAfter);
  if (!forgotten) return say("old memos of warnings cannot be removed", forgotten.error());
  trouble_.clear();
}

void ExpiryKeeper::deliver(const audit::DueWarning& warning, const std::string& channel,
                           const artifacts::Group& group) {
  const std::string key = warning.key() + "/" + channel;
  const auto now = std::chrono::steady_clock::now();
  Retry& retry = retries_[key];
  if (now < retry.next) {
    next_look_ = std::min(next_look_, retry.next);
    return;
  }
  auto done = send(warning, channel, group);
  // Between sending and remembering lies the only moment in which a warning can be repeated.
  if (done) done = store_.memos().put({key, to_rfc3339(warning.expiry->expires()), clock_.now()});
  if (done) {
    retries_.erase(key);
    if (channel != "log") log(LogLevel::Info, "a warning of an expiry was delivered", {{"channel", channel}});
    return;
  }
  retry.pause = std::min(std::max(options_.first_retry, 2 * retry.pause), options_.longest_retry);
  retry.next = now + retry.pause;
  next_look_ = std::min(next_look_, retry.next);
  if (cancelled_) return;
  log(LogLevel::Warning, "a warning of an expiry cannot be delivered; it is tried again",
      {{"channel", channel},
       {"certificate", warning.expiry->certificate.thumbprint().to_biztalk()},
       {"seconds", std::to_string(std::chrono::ceil<std::chrono::seconds>(retry.pause).count())},
       {"reason", done.error().to_string()}});
}

Result<> ExpiryKeeper::send(const audit::DueWarning& warning, const std::string& channel,
                            const artifacts::Group& group) {
  const Time now = clock_.now();
  const certificates::Certificate& certificate = warning.expiry->certificate;
  if (channel == "log") {
    std::string uses;
    for (const audit::AffectedUse& use : warning.expiry->uses) uses += (uses.empty() ? "" : "; ") + use.where;
    log(warning.mark == 0 ? LogLevel::Error : LogLevel::Warning, audit::warning_headline(warning, now),
        {{"thumbprint", certificate.thumbprint().to_biztalk()},
         {"mark", std::to_string(warning.mark)},
         {"not_after", to_rfc3339(certificate.not_after())},
         {"used_by", uses}});
    return {};
  }
  if (channel == "webhook") {
    return post(group.expiry_warnings.webhook, audit::warning_json(warning, now, group.name));
  }
  net::Mail mail;
  mail.url = group.expiry_warnings.email->smtp_url;
  mail.from = group.expiry_warnings.email->from;
  mail.to = group.expiry_warnings.email->to;
  mail.subject = "Sealgate: a certificate " +
                 (warning.mark == 0
                      ? std::string("has expired")
                      : "expires within " + std::to_string(warning.mark) + (warning.mark == 1 ? " day" : " days")) +
                 " (" + certificate.thumbprint().to_biztalk() + ")";
  mail.text = audit::warning_text(warning, now, group.name);
  mail.message_id =
      "expiry." + certificate.thumbprint_sha256().to_hex() + "." + std::to_string(warning.mark) + "@sealgate.invalid";
  mail.date = now;
  mail.timeout = options_.delivery_timeout;
  return net::send_mail(mail, cancelled_);
}

Result<> ExpiryKeeper::post(const std::string& url, const std::string& document) {
  net::HttpClientRequest request;
  request.url = url;
  request.headers.add("Content-Type", "application/json");
  request.body_size = document.size();
  request.body = [&document](Sink& sink) -> Result<> {
    SG_TRY(sink.write(as_bytes(document)));
    return sink.finish();
  };
  request.total_timeout = options_.delivery_timeout;
  request.connect_timeout = options_.delivery_timeout;
  request.response_limit = 0;
  SG_TRY_ASSIGN(const net::HttpClientResponse answer, client_.send(request));
  if (answer.status_class() == net::HttpStatusClass::Success) return {};
  return fail(kNoticeRefused, "the webhook answered with status " + std::to_string(answer.status), url,
              "check the address under expiry_warnings.webhook; it must answer with 2xx");
}

std::string ExpiryKeeper::metrics() {
  asked_ = true;
  std::shared_ptr<const std::vector<audit::Expiry>> forecast;
  std::string text;
  {
    const std::lock_guard lock(mutex_);
    forecast = forecast_;
    text = counts_;
  }
  if (forecast) text = audit::expiry_metrics(*forecast, clock_.now()) + text;
  return text;
}

void ExpiryKeeper::say(const std::string& what, const Error& error) {
  std::string reason = error.to_string();
  if (reason == trouble_) return;
  log(LogLevel::Error, what, {{"reason", reason}});
  trouble_ = std::move(reason);
}

}  // namespace sealgate::hosts
