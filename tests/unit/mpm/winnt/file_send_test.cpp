// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gmock/gmock.h>

#include "tests/unit/mpm/fixture.hpp"

namespace tenon::mpm {
namespace {

using testing::HasSubstr;

constexpr std::size_t kBig = 5 * 1024 * 1024 + 17;
constexpr std::uint64_t kFileStepMax = 4 * 1024 * 1024;

// 251 is prime, so that no shifted block looks like another.
std::string pattern(std::size_t bytes) {
  std::string text(bytes, '\0');
  for (std::size_t i = 0; i < bytes; ++i)
    text[i] = static_cast<char>('!' + i % 251 % 90);
  return text;
}

struct FileTraits {
  using Value = HANDLE;
  static Value invalid() noexcept { return INVALID_HANDLE_VALUE; }
  static void close(Value value) noexcept { ::CloseHandle(value); }
};
using UniqueFile = UniqueResource<FileTraits>;

class FileSendTest : public ServingTest {
 protected:
  ~FileSendTest() override {
    stop();
    file_.reset();
    ::DeleteFileW(path_.c_str());
  }

  void make_file(const std::string& content) {
    wchar_t folder[MAX_PATH];
    wchar_t name[MAX_PATH];
    ASSERT_NE(::GetTempPathW(MAX_PATH, folder), 0u);
    ASSERT_NE(::GetTempFileNameW(folder, L"tnn", 0, name), 0u);
    path_ = name;
    file_.reset(::CreateFileW(
        name,
        GENERIC_READ | GENERIC_WRITE,
        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
        nullptr,
        CREATE_ALWAYS,
        FILE_ATTRIBUTE_NORMAL,
        nullptr
    ));
    ASSERT_TRUE(file_);
    DWORD written = 0;
    ASSERT_TRUE(::WriteFile(
        file_.get(), content.data(), static_cast<DWORD>(content.size()), &written, nullptr
    ));
    file_ = open_file();
  }
  UniqueFile open_file() {
    return UniqueFile(::CreateFileW(
        path_.c_str(),
        GENERIC_READ,
        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
        nullptr,
        OPEN_EXISTING,
        FILE_FLAG_OVERLAPPED,
        nullptr
    ));
  }
  void send_file(tenon_step& step, std::uint64_t offset, std::uint64_t length) {
    step.actions |= TENON_DO_SEND_FILE;
    step.os_file = static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(file_.get()));
    step.offset = offset;
    step.length = length;
  }
  // Every request is answered with the head, then the file in steps of at most 4 MiB.
  void answer_with_file(std::string head, std::uint64_t bytes) {
    kernel_.on_received = [=, this](FakeSession& session, std::string_view in, tenon_step& step) {
      session.write(step, head);
      send_next(step, 0, bytes);
      return in.size();
    };
    kernel_.on_sent = [=, this](FakeSession&, tenon_step& step) {
      if (sent_ == bytes) {
        sent_ = 0;
        return read_on(step);
      }
      send_next(step, sent_, bytes);
    };
  }
  void send_next(tenon_step& step, std::uint64_t offset, std::uint64_t bytes) {
    const std::uint64_t length = std::min(bytes - offset, kFileStepMax);
    send_file(step, offset, length);
    step.deadline_ns = FakeKernel::now() + kSecond;
    sent_ = offset + length;
  }

  std::wstring path_;
  UniqueFile file_;
  std::uint64_t sent_ = 0;
};

TEST_F(FileSendTest, SendsHeadAndSmallFileTogether) {
  make_file("the content");
  answer_with_file("head:", 11);
  serve();
  TcpClient client(port_);

  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.send("x"));
    ASSERT_EQ(client.receive(16), "head:the content");
  }

  EXPECT_TRUE(poll_until([&] { return kernel_.count("sent 16") == 3; }));
}

TEST_F(FileSendTest, SendsALargeFileInSteps) {
  const std::string content = pattern(kBig);
  make_file(content);
  answer_with_file("", kBig);
  serve();
  TcpClient client(port_);

  ASSERT_TRUE(client.send("x"));
  EXPECT_TRUE(client.receive(kBig) == content);
  ASSERT_TRUE(client.send("x"));
  EXPECT_TRUE(client.receive(kBig) == content);

  EXPECT_TRUE(poll_until([&] { return kernel_.bytes_sent() == 2 * kBig; }));
}

TEST_F(FileSendTest, SendsARangeOfTheFile) {
  const std::string content = pattern(300'000);
  make_file(content);
  kernel_.on_received = [&](FakeSession&, std::string_view in, tenon_step& step) {
    send_file(step, 100'001, 150'000);
    return in.size();
  };
  serve();
  TcpClient client(port_);

  ASSERT_TRUE(client.send("x"));

  EXPECT_TRUE(client.receive(150'000) == content.substr(100'001, 150'000));
}

TEST_F(FileSendTest, ReadsARangeForTheKernel) {
  const std::string content = pattern(300'000);
  make_file(content);
  std::string into(200'000, '~');
  const auto read = [&](tenon_step& step, std::uint64_t offset) {
    send_file(step, offset, into.size());
    step.actions = TENON_DO_READ_FILE;
    step.into = into.data();
  };
  kernel_.on_received = [&](FakeSession&, std::string_view in, tenon_step& step) {
    read(step, 99'999);
    return in.size();
  };
  // The second range ends beyond the file: fewer bytes say so.
  kernel_.on_file_read = [&](FakeSession& session, std::uint64_t bytes, tenon_step& step) {
    if (bytes == into.size()) {
      EXPECT_EQ(into, content.substr(99'999, bytes));
      return read(step, 250'000);
    }
    session.write(step, into.substr(0, bytes));
  };
  serve();
  TcpClient client(port_);

  ASSERT_TRUE(client.send("x"));

  EXPECT_TRUE(client.receive(50'000) == content.substr(250'000));
}

TEST_F(FileSendTest, SendsNothingOfAnEmptyRange) {
  make_file("");
  answer_with_file("head", 0);
  serve();
  TcpClient client(port_);

  ASSERT_TRUE(client.send("x"));

  EXPECT_EQ(client.receive(4), "head");
  EXPECT_TRUE(poll_until([&] { return kernel_.count("sent 4") == 1; }));
}

TEST_F(FileSendTest, ResetsThePeerWhenTheFileIsShorterThanPromised) {
  make_file(pattern(1000));
  answer_with_file("head", 2000);
  serve();
  TcpClient client(port_);

  ASSERT_TRUE(client.send("x"));

  EXPECT_LT(client.receive_all().size(), 2004u);
  EXPECT_TRUE(closes_all(1));
  EXPECT_FALSE(client.send("y"));  // it was a reset
}

TEST_F(FileSendTest, ServesFilesWhoseHandlesHaveEqualValues) {
  make_file("abc");
  kernel_.on_received = [&](FakeSession&, std::string_view in, tenon_step& step) {
    file_.reset();  // the next one gets the same value
    file_ = open_file();
    send_file(step, 0, 3);
    return in.size();
  };
  serve();
  TcpClient client(port_);

  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(client.send("x"));
    ASSERT_EQ(client.receive(3), "abc");
  }
}

TEST_F(FileSendTest, ClosesWhenThePeerLeavesDuringADownload) {
  kernel_.on_expired = [](FakeSession&, tenon_step& step) { step.actions = TENON_DO_ABORT; };
  make_file(pattern(kBig));
  answer_with_file("", kBig);
  serve();
  TcpClient client(port_, 4096);
  ASSERT_TRUE(client.send("x"));
  ASSERT_EQ(client.receive(1000).size(), 1000u);

  client.reset();

  EXPECT_TRUE(closes_all(1));
}

TEST_F(FileSendTest, IsCutAtTheEndOfADrain) {
  make_file(pattern(kBig));
  answer_with_file("", kBig);
  kernel_.on_expired = [](FakeSession&, tenon_step&) {};
  kernel_.on_draining = [](FakeSession&, tenon_step&) {};
  serve();
  TcpClient client(port_, 4096);
  ASSERT_TRUE(client.send("x"));
  ASSERT_EQ(client.receive(1000).size(), 1000u);

  EXPECT_FALSE(drain(DrainMode::Stop, kSecond / 5));

  EXPECT_EQ(kernel_.count("closed"), 1u);
  EXPECT_LT(client.receive_all().size(), kBig - 1000);
  EXPECT_FALSE(client.send("y"));  // it was a reset
}

}  // namespace
}  // namespace tenon::mpm
