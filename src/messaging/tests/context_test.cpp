#include "messaging/context.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "messaging/errors.h"
#include "messaging/ids.h"
#include "messaging/property_names.h"
#include "messaging/state.h"

namespace sealgate::messaging {
namespace {

MessageContext sample() {
  MessageContext context;
  context.promote("a.text", std::string("\0\xff\n text", 8));
  context.write("b.empty", std::string());
  context.promote("c.number", std::int64_t{INT64_MIN});
  context.write("d.number", std::int64_t{-1});
  context.promote("e.true", true);
  context.write("f.false", false);
  context.promote("g.time", Time(std::chrono::milliseconds(-1)));
  context.write("h.long", std::string(100'000, 'x'));
  return context;
}

TEST(Context, WritingOverAPromotedPropertyTakesItOutOfRouting) {
  MessageContext context;
  context.promote("a.b", std::string("x"));
  EXPECT_TRUE(context.find("a.b")->promoted);
  context.write("a.b", std::int64_t{1});
  EXPECT_FALSE(context.find("a.b")->promoted);
  EXPECT_EQ(context.integer("a.b"), 1);
  EXPECT_FALSE(context.text("a.b"));
  EXPECT_EQ(context.text_or_empty("a.b"), "");
  EXPECT_FALSE(context.boolean("a.b"));
  EXPECT_FALSE(context.time("a.b"));
  context.remove("a.b");
  context.remove("a.b");
  EXPECT_FALSE(context.has("a.b"));
}

TEST(Context, TheOrderThatPropertiesCameInMakesNoDifference) {
  MessageContext one, other;
  for (const char* name : {"b.x", "a.y", "BTS.ReceivePortName", "c.z"}) one.write(name, std::string(name));
  for (const char* name : {"c.z", "BTS.ReceivePortName", "b.x", "a.y"}) other.write(name, std::string(name));
  EXPECT_EQ(one, other);
  EXPECT_EQ(encode_context(one), encode_context(other));
  std::vector<std::string> names;
  for (const auto* entry : other.sorted()) names.emplace_back(entry->name.text());
  EXPECT_EQ(names, (std::vector<std::string>{"BTS.ReceivePortName", "a.y", "b.x", "c.z"}));
  other.promote("a.y", std::string("a.y"));
  EXPECT_NE(one, other);
  other.remove("a.y");
  EXPECT_NE(one, other);
}

TEST(Context, ANameOfItsOwnMayBeGivenBackAndCopiesDoNotChange) {
  MessageContext context;
  context.write("mine.first", std::string("1"));
  context.write("mine.second", std::string("2"));
  const MessageContext copy = context;
  context.remove(context.properties().front().name.text());
  EXPECT_FALSE(context.has("mine.first"));
  EXPECT_EQ(context.text("mine.second"), "2");
  const PropertyName name = copy.properties().front().name;
  context = MessageContext();
  EXPECT_EQ(name.text(), "mine.first");
  EXPECT_EQ(copy.text("mine.first"), "1");
}

TEST(Context, TheStoredFormIsExact) {
  const Bytes bytes = encode_context(sample());
  const auto decoded = decode_context(bytes);
  ASSERT_TRUE(decoded) << decoded.error().to_string();
  EXPECT_EQ(*decoded, sample());
  EXPECT_EQ(encode_context(*decoded), bytes);
  EXPECT_EQ(*decode_context(encode_context(MessageContext())), MessageContext());
}

TEST(Context, TruncatedAtEveryByteIsRefused) {
  MessageContext context = sample();
  context.remove("h.long");
  const Bytes bytes = encode_context(context);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const auto decoded = decode_context(ByteView(bytes).first(length));
    ASSERT_FALSE(decoded) << length;
    EXPECT_EQ(decoded.error().code, kBadContext);
  }
  Bytes longer = bytes;
  longer.push_back(0);
  EXPECT_FALSE(decode_context(longer));
}

TEST(Context, EveryFlippedBitGivesAnErrorOrAnotherContext) {
  MessageContext context = sample();
  context.remove("h.long");
  const Bytes bytes = encode_context(context);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      Bytes flipped = bytes;
      flipped[at] = static_cast<Byte>(flipped[at] ^ (1U << bit));
      const auto decoded = decode_context(flipped);
      if (decoded) {
        EXPECT_NE(*decoded, context) << at;
        EXPECT_EQ(encode_context(*decoded), flipped);
      }
    }
  }
}

TEST(Context, HostileFormsAreRefusedWithoutAllocatingWhatTheyClaim) {
  const Bytes cases[] = {
      {},
      {0},
      {2, 0},
      {1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
      {1, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
      {1, 0x80, 0x00},
      {1, 1, 1, 'a', 4},
      {1, 1, 1, 'a', 2, 2},
      {1, 2, 1, 'a', 2, 1, 1, 'a', 2, 1},
      {1, 2, 1, 'b', 2, 1, 1, 'a', 2, 1},
  };
  for (const Bytes& bytes : cases) EXPECT_FALSE(decode_context(bytes)) << to_hex(bytes);
}

TEST(Context, LimitsHaveTheirOwnErrors) {
  MessageContext context;
  context.promote("my.x", std::string(kMaximumPromotedText, 'x'));
  context.write("my.y", std::string(kMaximumWrittenText, 'x'));
  EXPECT_TRUE(context.check_limits());
  context.promote("my.x", std::string(kMaximumPromotedText + 1, 'x'));
  EXPECT_EQ(context.check_limits().error().code, kPropertyTooLong);
  context.remove("my.x");
  context.write("my.y", std::string(kMaximumWrittenText + 1, 'x'));
  EXPECT_EQ(context.check_limits().error().code, kPropertyTooLong);
  context.remove("my.y");
  context.write("", std::string());
  EXPECT_EQ(context.check_limits().error().code, kPropertyTooLong);
  context.remove("");
  for (std::size_t i = 0; i < kMaximumProperties; ++i) context.write("n." + std::to_string(i), true);
  EXPECT_TRUE(context.check_limits());
  context.write("one.more", true);
  EXPECT_EQ(context.check_limits().error().code, kTooManyProperties);
}

TEST(Context, TrimmingMakesAnythingFit) {
  MessageContext context;
  context.promote("BTS.ReceivePortName", std::string("In"));
  context.promote("my.long", std::string(300, 'x'));
  context.write("my.longer", std::string(kMaximumWrittenText + 10, 'x'));
  context.write("", true);
  context.write(std::string(300, 'n'), true);
  for (std::size_t i = 0; i < kMaximumProperties + 10; ++i) context.write("n." + std::to_string(i), true);
  context.trim_to_limits();
  EXPECT_TRUE(context.check_limits());
  EXPECT_TRUE(context.find("BTS.ReceivePortName")->promoted);
  EXPECT_FALSE(context.find("my.long")->promoted);
  EXPECT_EQ(context.text("my.long"), std::string(300, 'x'));
}

TEST(Properties, TheRegistryIsSortedUniqueAndComplete) {
  const auto all = property_definitions();
  EXPECT_TRUE(std::ranges::is_sorted(all, {}, &PropertyDefinition::name));
  for (const PropertyDefinition& definition : all) {
    EXPECT_EQ(find_property_definition(definition.name), &definition) << definition.name;
    EXPECT_TRUE(is_reserved_namespace(definition.name)) << definition.name;
    EXPECT_FALSE(definition.meaning.empty());
  }
  EXPECT_EQ(find_property_definition("BTS.ReceivePortNam"), nullptr);
  EXPECT_EQ(find_property_definition(""), nullptr);
  EXPECT_EQ(find_property_definition("zzz"), nullptr);
  EXPECT_FALSE(is_reserved_namespace("my.x"));
}

TEST(Ids, SortByTimeAndAreWellFormed) {
  const Time early(std::chrono::milliseconds(1'700'000'000'000));
  std::string previous;
  for (int i = 0; i < 100; ++i) {
    const auto id = make_uuid_v7(early + std::chrono::milliseconds(i));
    ASSERT_TRUE(id);
    EXPECT_EQ(parse_uuid(*id).value(), *id);
    EXPECT_EQ((*id)[14], '7');
    EXPECT_NE(std::string("89ab").find((*id)[19]), std::string::npos);
    EXPECT_GT(*id, previous);
    previous = *id;
  }
  const Time same = early + std::chrono::hours(1);
  std::string before = make_uuid_v7(same).value();
  for (int i = 0; i < 5000; ++i) {
    const std::string next = make_uuid_v7(same).value();
    ASSERT_LT(before, next) << "number " << i << " of one millisecond";
    before = next;
  }
  EXPECT_EQ(parse_uuid(" 0190163D-8694-739B-AEA5-966C26F8AD91\n").value(), "0190163d-8694-739b-aea5-966c26f8ad91");
  for (const auto* bad : {"", "x", "0190163d-8694-739b-aea5-966c26f8ad9", "0190163d-8694-739b-aea5-966c26f8ad911",
                          "0190163d88694-739b-aea5-966c26f8ad91", "g190163d-8694-739b-aea5-966c26f8ad91"}) {
    EXPECT_EQ(parse_uuid(bad).error().code, kBadId) << bad;
  }
}

TEST(States, HaveOneWordEach) {
  for (const WorkState state : {WorkState::Ready, WorkState::Active, WorkState::Retrying, WorkState::Suspended,
                                WorkState::Completed, WorkState::Terminated}) {
    EXPECT_EQ(parse_work_state(to_string(state)), state);
  }
  for (const WorkKind kind : {WorkKind::Receive, WorkKind::Route, WorkKind::Send}) {
    EXPECT_EQ(parse_work_kind(to_string(kind)), kind);
  }
  EXPECT_FALSE(parse_work_state("Ready"));
  EXPECT_FALSE(parse_work_kind(""));
}

}  // namespace
}  // namespace sealgate::messaging
