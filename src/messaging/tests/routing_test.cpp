// Routing: the index finds what asking every filter would find, with few questions.

#include "messaging/routing.h"

#include <gtest/gtest.h>

#include <random>

#include "messaging/errors.h"
#include "messaging/property_names.h"

namespace sealgate::messaging {
namespace {

Subscription subscription(std::string port, std::string_view filter) {
  Subscription made;
  made.port = std::move(port);
  const auto parsed = parse_filter(filter);
  EXPECT_TRUE(parsed) << filter << ": " << parsed.error().to_string();
  if (parsed) made.filter = *parsed;
  return made;
}

Subscription member(std::string group, bool group_started, std::string port, std::string_view filter) {
  Subscription made = subscription(std::move(port), filter);
  made.group = std::move(group);
  made.group_started = group_started;
  return made;
}

MessageContext order(std::string port = "Orders") {
  MessageContext context;
  context.promote(names::kReceivePortName, std::move(port));
  context.promote(names::kPartyName, std::string("Contoso"));
  context.promote("Order.Total", std::int64_t{1500});
  context.write("Order.Note", std::string("written"));
  return context;
}

std::string codes(const Routing& routing) {
  std::string text;
  for (const Delivery& delivery : routing.deliveries) {
    text += delivery.port + ":" + (delivery.suspended ? delivery.suspended->code : "go") + " ";
  }
  return text;
}

TEST(Routing, GivesWorkToEveryMatchWithWhatThePortSays) {
  auto urgent = subscription("A", "BTS.ReceivePortName == 'Orders'");
  urgent.priority = 1;
  urgent.ordered = true;
  auto stopped = subscription("C", "Party.Name exists");
  stopped.started = false;
  const SubscriptionIndex index(
      {urgent, subscription("B", "BTS.ReceivePortName == 'Invoices'"), stopped, subscription("D", "")});
  const Routing routing = route(index, order());
  EXPECT_EQ(codes(routing), "A:go C:messaging.port-stopped ");
  EXPECT_TRUE(routing.report.empty());
  EXPECT_EQ(routing.deliveries[0].priority, 1);
  EXPECT_TRUE(routing.deliveries[0].ordered);
  EXPECT_EQ(routing.deliveries[1].priority, kDefaultPriority);
  EXPECT_TRUE(routing.deliveries[1].suspended->resumable);
  EXPECT_FALSE(routing.deliveries[1].suspended->remedy.empty());
}

TEST(Routing, APortReachedInSeveralWaysGetsOneDelivery) {
  const auto all = "BTS.ReceivePortName exists";
  auto stopped = subscription("P3", all);
  stopped.started = false;
  auto stopped_member = member("Running", true, "P3", all);
  stopped_member.started = false;
  const SubscriptionIndex index({subscription("P1", all), subscription("P2", "Party.Name == 'Nobody'"), stopped,
                                 member("Halted", false, "P1", all), member("Halted", false, "P2", all),
                                 member("Halted", false, "P4", all), member("Running", true, "P2", all),
                                 stopped_member, member("Other", true, "P5", "Party.Name == 'Nobody'")});
  EXPECT_EQ(codes(route(index, order())), "P1:go P3:messaging.port-stopped P2:go P4:messaging.group-stopped ");
}

TEST(Routing, ExplainsWhenThereIsNobody) {
  MessageContext other;
  other.promote(names::kReceivePortName, std::string("Else"));
  other.promote("Order.Total", std::int64_t{10});
  other.write(names::kPartyName, std::string("Contoso"));
  const SubscriptionIndex index({
      subscription("A", "BTS.ReceivePortName == 'Orders'"),
      subscription("B", "Party.Name exists"),
      subscription("C", "BTS.ReceivePortName == 'Else' and Order.Total > 1000"),
      subscription("D", ""),
      member("G", true, "A", "BTS.ReceivePortName == 'Else' and Order.Total exists and my.x exists"),
      member("G", true, "B", "ignored.by == 'definition'"),
  });
  const Routing none = route(index, other);
  EXPECT_TRUE(none.deliveries.empty());
  EXPECT_EQ(none.report,
            "send port group 'G': my.x exists does not hold: the message has no my.x\n"
            "send port 'C': Order.Total > 1000 does not hold: it is 10\n"
            "send port 'A': BTS.ReceivePortName == \"Orders\" does not hold: it is Else\n"
            "send port 'B': Party.Name exists does not hold: the property is not promoted\n"
            "send port 'D': it has no filter");
  EXPECT_EQ(route(SubscriptionIndex(), other).report, "there is no enlisted send port");
}

TEST(Routing, TheReportNamesTheClosestAndIsBounded) {
  std::vector<Subscription> many;
  for (int i = 0; i < 5000; ++i) {
    many.push_back(subscription("P" + std::to_string(i),
                                "BTS.ReceivePortName == 'X' and my.y == '" + std::string(3000, 'y') + "'"));
  }
  many[4321] = subscription("Near", "BTS.ReceivePortName == 'Orders' and Order.Total > 9000");
  const Routing none = route(SubscriptionIndex(many), order());
  EXPECT_TRUE(none.report.starts_with("send port 'Near': Order.Total > 9000")) << none.report.substr(0, 200);
  EXPECT_LT(none.report.size(), 20'000U);
  EXPECT_NE(none.report.find("more subscriptions"), std::string::npos);
}

// What the index must be equal to.
std::vector<std::size_t> ask_everyone(const std::vector<Subscription>& subscriptions, const MessageContext& context) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < subscriptions.size(); ++i) {
    if (matches(subscriptions[i].filter, context)) places.push_back(i);
  }
  return places;
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : generator_(seed) {}
  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(generator_); }
  bool one_in(std::size_t n) { return below(n) == 0; }

  PropertyValue value() {
    // Few values of each type, so that they meet; the ends of integers among them.
    switch (below(8)) {
      case 0:
        return below(2) == 0;
      case 1:
      case 2:
        return Time(std::chrono::milliseconds(static_cast<std::int64_t>(below(6)) - 2));
      case 3:
      case 4:
        return std::string(below(3), static_cast<char>('a' + below(3)));
      case 5:
        return one_in(2) ? INT64_MIN : INT64_MAX;
      default:
        return static_cast<std::int64_t>(below(8)) - 3;
    }
  }
  std::string property() { return "p." + std::string(1, static_cast<char>('a' + below(6))); }
  FilterStatement statement() { return FilterStatement{property(), static_cast<FilterOperator>(below(8)), value()}; }
  Filter filter() {
    Filter made;
    for (std::size_t groups = below(4); groups > 0; --groups) {
      made.groups.emplace_back();
      for (std::size_t count = one_in(20) ? 0 : 1 + below(4); count > 0; --count) {
        made.groups.back().push_back(statement());
      }
    }
    return made;
  }
  MessageContext context() {
    MessageContext made;
    for (std::size_t count = below(7); count > 0; --count) {
      if (one_in(6)) {
        made.write(property(), value());
      } else {
        made.promote(property(), value());
      }
    }
    return made;
  }

 private:
  std::mt19937_64 generator_;
};

TEST(SubscriptionIndex, FindsWhatAskingEveryFilterFinds) {
  const std::uint64_t seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  Random random(seed);
  std::size_t matched = 0;
  for (int round = 0; round < 60; ++round) {
    std::vector<Subscription> subscriptions(random.below(200));
    for (std::size_t i = 0; i < subscriptions.size(); ++i) {
      subscriptions[i].port = "P" + std::to_string(i);
      subscriptions[i].filter = random.filter();
    }
    // Members of one group share its filter.
    for (std::size_t i = 1; i < subscriptions.size(); i += 7) {
      subscriptions[i].group = subscriptions[i - 1].group = "G" + std::to_string(i % 3);
      for (std::size_t first = 0; first < i; ++first) {
        if (subscriptions[first].group == subscriptions[i].group) {
          subscriptions[i].filter = subscriptions[i - 1].filter = subscriptions[first].filter;
          break;
        }
      }
    }
    const SubscriptionIndex index(subscriptions);
    for (int message = 0; message < 60; ++message) {
      const MessageContext context = random.context();
      const auto expected = ask_everyone(subscriptions, context);
      ASSERT_EQ(index.match(context).places, expected) << "round " << round << ", message " << message;
      matched += expected.size();
    }
  }
  EXPECT_GT(matched, 1000U);
}

TEST(SubscriptionIndex, FindsIntervalsAtTheirBounds) {
  std::vector<Subscription> subscriptions;
  for (int i = 0; i < 300; ++i) {
    subscriptions.push_back(subscription("P" + std::to_string(i), "p.n >= " + std::to_string(i * 10) + " and p.n < " +
                                                                      std::to_string(i * 10 + 10 + i % 17)));
  }
  subscriptions.push_back(subscription("open", "p.n > 2990"));
  subscriptions.push_back(subscription("low", "p.n <= 0"));
  const SubscriptionIndex index(subscriptions);
  for (std::int64_t n = -5; n < 3050; ++n) {
    MessageContext context;
    context.promote("p.n", n);
    ASSERT_EQ(index.match(context).places, ask_everyone(subscriptions, context)) << n;
  }
}

TEST(SubscriptionIndex, TenThousandPortsCostAFewStatements) {
  constexpr int kPorts = 10'000;
  std::vector<Subscription> subscriptions;
  for (int i = 0; i < kPorts; ++i) {
    const std::string n = std::to_string(i);
    const std::string common = "BTS.ReceivePortName == 'Orders' and ";
    switch (i % 4) {
      case 0:  // one party each
        subscriptions.push_back(subscription("P" + n, common + "Party.Name == 'Party " + n + "'"));
        break;
      case 1:  // a hundred types of a hundred parties
        subscriptions.push_back(subscription("P" + n, common + "BTS.MessageType == 'T" + std::to_string(i % 100) +
                                                          "' and Party.Name == 'Q" + std::to_string(i / 100) + "'"));
        break;
      case 2:  // a range each
        subscriptions.push_back(
            subscription("P" + n, common + "Order.Total >= " + n + " and Order.Total < " + std::to_string(i + 4)));
        break;
      default:  // alternatives
        subscriptions.push_back(subscription(
            "P" + n,
            "Party.Name == 'R" + n + "' and Order.Total exists or my.flag == " + n + " and Party.Name != 'X'"));
    }
  }
  const SubscriptionIndex index(subscriptions);
  const auto cost = [&](std::string party, std::string type, std::int64_t total) {
    MessageContext context = order();
    context.promote(names::kPartyName, std::move(party));
    context.promote(names::kMessageType, std::move(type));
    context.promote("Order.Total", total);
    const auto match = index.match(context);
    EXPECT_EQ(match.places, ask_everyone(subscriptions, context));
    EXPECT_FALSE(match.places.empty());
    return match.evaluated;
  };
  EXPECT_LE(cost("Party 400", "T5", -1), 100U);
  EXPECT_LE(cost("Q57", "T13", -1), 100U);
  EXPECT_LE(cost("Contoso", "T99", 4002), 100U);
  EXPECT_LE(cost("R803", "T99", -1), 100U);
}

}  // namespace
}  // namespace sealgate::messaging
