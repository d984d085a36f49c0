// SPDX-License-Identifier: Apache-2.0
#include "common/handshake.hpp"

#include <gmock/gmock.h>

namespace tenon::mpm {
namespace {

using testing::HasSubstr;
using ControlState = ControlHandshake::State;
using ChildState = ChildHandshake::State;

std::vector<Message> usual_messages() {
  return {
      SnapshotMessage{"[server]"},
      GenerationMessage{3},
      SectionMessage{11, 4096},
      LogMessage{2},
      ListenerMessage{0, "first"},
      ListenerMessage{1, "second"},
      StartMessage{},
  };
}

// Carries bytes between the two ends until both are silent, `chunk` bytes at a time.
void talk(ControlHandshake& control, ChildHandshake& child, std::size_t chunk = SIZE_MAX) {
  for (;;) {
    const std::string down = control.take_output();
    for (std::size_t i = 0; i < down.size(); i += std::min(chunk, down.size() - i)) {
      child.feed(std::string_view(down).substr(i, chunk));
    }
    const std::string up = child.take_output();
    if (down.empty() && up.empty()) return;
    for (std::size_t i = 0; i < up.size(); i += std::min(chunk, up.size() - i)) {
      control.feed(std::string_view(up).substr(i, chunk));
    }
  }
}

void feed(ChildHandshake& child, std::uint32_t sequence, const Message& message) {
  child.feed(encode_message(sequence, message));
}

TEST(Handshake, EndsInReady) {
  ControlHandshake control(usual_messages());
  ChildHandshake child;

  talk(control, child);
  EXPECT_EQ(control.state(), ControlState::Talking);
  ASSERT_EQ(child.state(), ChildState::Loading);
  child.ready();
  talk(control, child);

  EXPECT_EQ(control.state(), ControlState::Ready);
  EXPECT_EQ(child.state(), ChildState::Serving);
  EXPECT_EQ(child.received().snapshot, "[server]");
  EXPECT_EQ(child.received().generation, 3u);
  EXPECT_EQ(child.received().section.handle, 11u);
  EXPECT_EQ(child.received().section.size, 4096u);
  EXPECT_EQ(child.received().log_file, 2);
  ASSERT_EQ(child.received().listeners.size(), 2u);
  EXPECT_EQ(child.received().listeners[1].socket, "second");
}

TEST(Handshake, WorksByteByByte) {
  ControlHandshake control(usual_messages());
  ChildHandshake child;

  talk(control, child, 1);
  ASSERT_EQ(child.state(), ChildState::Loading);
  child.ready();
  talk(control, child, 1);

  EXPECT_EQ(control.state(), ControlState::Ready);
}

TEST(Handshake, CarriesARefusal) {
  ControlHandshake control(usual_messages());
  ChildHandshake child;
  talk(control, child);

  child.refuse("tenon.toml:1:1: error: no");
  talk(control, child);

  EXPECT_EQ(control.state(), ControlState::Refused);
  EXPECT_EQ(control.why(), "tenon.toml:1:1: error: no");
  EXPECT_EQ(child.state(), ChildState::Refused);
}

TEST(Handshake, CarriesADrain) {
  ControlHandshake control(usual_messages());
  ChildHandshake child;
  talk(control, child);
  child.ready();
  talk(control, child);
  EXPECT_FALSE(child.take_drain());

  control.drain({DrainMode::Graceful, 30});
  talk(control, child);

  const std::optional<DrainMessage> drain = child.take_drain();
  ASSERT_TRUE(drain);
  EXPECT_EQ(drain->mode, DrainMode::Graceful);
  EXPECT_EQ(drain->within_ns, 30u);
  EXPECT_FALSE(child.take_drain());
  EXPECT_EQ(control.state(), ControlState::Ready);
}

TEST(Handshake, CarriesLostListenersAndTheirReplacements) {
  ControlHandshake control(usual_messages());
  ChildHandshake child;
  talk(control, child);
  child.ready();
  talk(control, child);
  EXPECT_FALSE(control.has_lost());

  child.lost(1);
  child.lost(1);
  child.lost(0);
  talk(control, child, 1);
  EXPECT_TRUE(control.has_lost());
  EXPECT_THAT(control.take_lost(), testing::ElementsAre(1, 0));
  EXPECT_FALSE(control.has_lost());
  control.replace({1, "another"});
  control.replace({0, "one more"});
  talk(control, child, 1);

  const std::vector<ListenerMessage> replacements = child.take_replacements();
  ASSERT_EQ(replacements.size(), 2u);
  EXPECT_EQ(replacements[0].index, 1u);
  EXPECT_EQ(replacements[0].socket, "another");
  EXPECT_EQ(replacements[1].socket, "one more");
  EXPECT_EQ(child.take_replacements().size(), 0u);
  control.drain({DrainMode::Stop, 1});
  talk(control, child);
  EXPECT_TRUE(child.take_drain());
  EXPECT_EQ(control.state(), ControlState::Ready) << control.why();
}

TEST(Handshake, MayDrainBeforeAReplacementIsAcknowledged) {
  ControlHandshake control(usual_messages());
  ChildHandshake child;
  talk(control, child);
  child.ready();
  talk(control, child);

  control.replace({0, "another"});
  control.drain({DrainMode::Stop, 1});
  talk(control, child);

  EXPECT_EQ(control.state(), ControlState::Ready) << control.why();
  EXPECT_TRUE(child.take_drain());
}

TEST(ControlHandshake, BreaksOnALossThatCannotBe) {
  ControlHandshake early(usual_messages());
  early.feed(encode_message(1, ListenerLostMessage{0}));
  EXPECT_EQ(early.state(), ControlState::Broken);

  ControlHandshake control(usual_messages());
  ChildHandshake child;
  talk(control, child);
  child.ready();
  talk(control, child);
  control.feed(encode_message(99, ListenerLostMessage{2}));
  EXPECT_EQ(control.state(), ControlState::Broken);
  EXPECT_EQ(control.why(), "the child lost a listener that it does not have");
}

TEST(ControlHandshake, BreaksOnAnAcknowledgementOfNothing) {
  ControlHandshake control(usual_messages());
  ChildHandshake child;
  talk(control, child);
  child.ready();
  talk(control, child);

  control.feed(encode_message(99, AckMessage{8}));

  EXPECT_EQ(control.state(), ControlState::Broken);
}

TEST(ChildHandshake, TakesAListenerAgainOnlyWhileItServes) {
  ControlHandshake control(usual_messages());
  ChildHandshake child;
  talk(control, child);

  feed(child, 8, ListenerMessage{0, "late"});

  EXPECT_EQ(child.state(), ChildState::Refused);
}

TEST(Handshake, CarriesWhatTheChildWants) {
  ControlHandshake control(usual_messages());
  ChildHandshake child;
  talk(control, child);

  child.want("two files");
  talk(control, child, 1);
  EXPECT_EQ(child.state(), ChildState::Waiting);
  EXPECT_EQ(control.state(), ControlState::Talking);
  EXPECT_EQ(control.take_wanted(), "two files");
  EXPECT_EQ(control.take_wanted(), std::nullopt);
  control.answer_wanted("[server] and two files");
  talk(control, child, 1);

  ASSERT_EQ(child.state(), ChildState::Loading);
  EXPECT_EQ(child.received().snapshot, "[server] and two files");
  child.ready();
  talk(control, child);
  EXPECT_EQ(control.state(), ControlState::Ready);
  control.drain({DrainMode::Stop, 1});
  talk(control, child);
  EXPECT_TRUE(child.take_drain());
  EXPECT_EQ(control.state(), ControlState::Ready);
}

TEST(Handshake, CarriesARefusalOfWhatItWanted) {
  ControlHandshake control(usual_messages());
  ChildHandshake child;
  talk(control, child);
  child.want("a file");
  talk(control, child);
  ASSERT_TRUE(control.take_wanted());
  control.answer_wanted("[server]");
  talk(control, child);

  child.refuse("tenon.toml:1:1: error: no such file");
  talk(control, child);

  EXPECT_EQ(control.state(), ControlState::Refused);
  EXPECT_EQ(control.why(), "tenon.toml:1:1: error: no such file");
}

TEST(ControlHandshake, BreaksWhenWhatIsWantedCannotBeHad) {
  ControlHandshake control(usual_messages());
  ChildHandshake child;
  talk(control, child);
  child.want("the moon");
  talk(control, child);
  ASSERT_TRUE(control.take_wanted());

  control.refuse_wanted("nobody can give that");

  EXPECT_EQ(control.state(), ControlState::Broken);
  EXPECT_EQ(control.why(), "nobody can give that");
}

TEST(ControlHandshake, BreaksWhenTheChildWantsAtTheWrongTime) {
  ControlHandshake early(usual_messages());
  early.feed(encode_message(1, WantedMessage{"x"}));
  EXPECT_EQ(early.state(), ControlState::Broken);

  ControlHandshake twice(usual_messages());
  ChildHandshake child;
  talk(twice, child);
  child.want("x");
  talk(twice, child);
  twice.feed(encode_message(99, WantedMessage{"y"}));
  EXPECT_EQ(twice.state(), ControlState::Broken);
  EXPECT_EQ(twice.take_wanted(), std::nullopt);

  ControlHandshake hasty(usual_messages());
  ChildHandshake other;
  talk(hasty, other);
  other.want("x");
  talk(hasty, other);
  hasty.feed(encode_message(99, ReadyMessage{}));
  EXPECT_EQ(hasty.state(), ControlState::Broken);
  EXPECT_EQ(hasty.why(), "the child said READY before it had what it wants");
}

TEST(ChildHandshake, TakesASecondSnapshotOnlyIfItWantedOne) {
  ControlHandshake control(usual_messages());
  ChildHandshake child;
  talk(control, child);

  feed(child, 8, SnapshotMessage{"another"});

  EXPECT_EQ(child.state(), ChildState::Refused);
}

TEST(ControlHandshake, SendsOneMessageAtATime) {
  ControlHandshake control(usual_messages());

  EXPECT_EQ(control.take_output(), encode_message(1, SnapshotMessage{"[server]"}));
  EXPECT_EQ(control.take_output(), "");
  control.feed(encode_message(1, AckMessage{1}));
  EXPECT_EQ(control.take_output(), encode_message(2, GenerationMessage{3}));
}

TEST(ControlHandshake, BreaksWhenTheChildEndsEarly) {
  ControlHandshake control(usual_messages());

  control.end_of_input();

  EXPECT_EQ(control.state(), ControlState::Broken);
  EXPECT_EQ(control.why(), "the child ended before it was ready");
}

TEST(ControlHandshake, KeepsARefusalWhenTheChildEnds) {
  ControlHandshake control(usual_messages());

  control.feed(encode_message(1, RefusedMessage{1, "why"}));
  control.end_of_input();

  EXPECT_EQ(control.state(), ControlState::Refused);
  EXPECT_EQ(control.why(), "why");
}

TEST(ControlHandshake, BreaksOnAnAnswerThatDoesNotFit) {
  for (const Message& answer :
       {Message(AckMessage{2}), Message(ReadyMessage{}), Message(StartMessage{})}) {
    ControlHandshake control(usual_messages());
    control.feed(encode_message(1, answer));
    EXPECT_EQ(control.state(), ControlState::Broken);
    EXPECT_NE(control.why(), "");
  }
}

TEST(ControlHandshake, BreaksWhenStartIsOnlyAcknowledged) {
  ControlHandshake control({StartMessage{}});

  control.feed(encode_message(1, AckMessage{1}));

  EXPECT_EQ(control.state(), ControlState::Broken);
}

TEST(ControlHandshake, BreaksOnGarbage) {
  ControlHandshake control(usual_messages());

  control.feed("HTTP/1.1 200 OK\r\n\r\n");

  EXPECT_EQ(control.state(), ControlState::Broken);
  EXPECT_THAT(control.why(), HasSubstr("control channel"));
}

TEST(ChildHandshake, RefusesStartBeforeItHasEverything) {
  ChildHandshake child;
  feed(child, 1, SnapshotMessage{"x"});
  feed(child, 2, GenerationMessage{1});
  feed(child, 3, StartMessage{});

  EXPECT_EQ(child.state(), ChildState::Refused);
  EXPECT_EQ(child.why(), "START before SECTION");
}

TEST(ChildHandshake, RefusesWhatComesAtAWrongTime) {
  ChildHandshake early;
  feed(early, 1, DrainMessage{});
  EXPECT_EQ(early.why(), "DRAIN before READY");

  ChildHandshake wrong_end;
  feed(wrong_end, 1, ReadyMessage{});
  EXPECT_EQ(wrong_end.state(), ChildState::Refused);

  ChildHandshake late;
  feed(late, 1, SnapshotMessage{"x"});
  feed(late, 2, GenerationMessage{1});
  feed(late, 3, SectionMessage{1, 1});
  feed(late, 4, StartMessage{});
  ASSERT_EQ(late.state(), ChildState::Loading);
  feed(late, 5, SnapshotMessage{"y"});
  EXPECT_EQ(late.why(), "only DRAIN, LISTENER and LOG may follow START");
}

TEST(ChildHandshake, RefusesGarbageWithAnAnswer) {
  ChildHandshake child;

  child.feed("GET / HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_EQ(child.state(), ChildState::Refused);
  EXPECT_NE(child.take_output(), "");
}

TEST(ChildHandshake, NoticesTheEndOfTheControlProcess) {
  ChildHandshake child;

  child.end_of_input();

  EXPECT_EQ(child.state(), ChildState::Ended);
}

}  // namespace
}  // namespace tenon::mpm
