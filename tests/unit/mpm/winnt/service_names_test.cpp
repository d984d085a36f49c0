// SPDX-License-Identifier: Apache-2.0
#include "winnt/service_names.hpp"

#include <gtest/gtest.h>

namespace tenon::mpm {
namespace {

TEST(ServiceNames, GoIntoTheCommandLineQuoted) {
  EXPECT_EQ(
      service_command_line(L"D:/my folder/bin/tenon.exe", L"My Site"),
      L"\"D:\\my folder\\bin\\tenon.exe\" -k runservice -n \"My Site\""
  );
}

TEST(ServiceNames, ThatNoServiceCanHaveAreRefused) {
  EXPECT_EQ(fault_of_service_name(L"Tenon 2"), "");
  for (const std::wstring& name :
       {std::wstring(L"a/b"),
        std::wstring(L"a\\b"),
        std::wstring(L"a\"b"),
        std::wstring(257, L'x')}) {
    EXPECT_NE(fault_of_service_name(name), "");
  }
}

TEST(ServiceNames, AreAccountsUnlessAnotherIsConfigured) {
  EXPECT_EQ(service_account("", L"Tenon"), L"NT SERVICE\\Tenon");
  EXPECT_EQ(service_account("LocalSystem", L"Tenon"), L"LocalSystem");
}

}  // namespace
}  // namespace tenon::mpm
