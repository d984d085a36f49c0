// SPDX-License-Identifier: Apache-2.0
#include "kernel/module/offers.hpp"

#include <gtest/gtest.h>

#include "kernel/module/self.hpp"

namespace tenon::module {
namespace {

class OffersTest : public testing::Test {
 protected:
  OffersTest() {
    provider_.services = consumer_.services = &services_;
    provider_.name = "provider";
    consumer_.name = "consumer";
  }

  const tenon_services& api_ = services_api();
  Services services_;
  tenon_self provider_, consumer_;
  uint32_t table_ = sizeof table_;
  int object_ = 0;
};

TEST_F(OffersTest, AreFoundByTheirId) {
  provider_.stage = tenon_self::Stage::Load;
  ASSERT_EQ(api_.offer(&provider_, "com.example.box/2", &table_, &object_), TENON_OK);
  const void* table = nullptr;
  void* object = nullptr;

  for (const auto stage :
       {tenon_self::Stage::Load, tenon_self::Stage::Check, tenon_self::Stage::Create}) {
    consumer_.stage = stage;
    EXPECT_EQ(api_.acquire(&consumer_, "com.example.box/2", &table, &object), TENON_OK);
    EXPECT_EQ(api_.acquire(&consumer_, "com.example.box/1", &table, &object), TENON_E_NOT_FOUND);
  }

  EXPECT_EQ(table, &table_);
  EXPECT_EQ(object, &object_);
}

TEST_F(OffersTest, AreMadeInLoadOnly) {
  provider_.stage = tenon_self::Stage::Create;
  EXPECT_EQ(api_.offer(&provider_, "com.example.box/2", &table_, nullptr), TENON_E_STATE);
  const void* table = nullptr;
  void* object = nullptr;
  EXPECT_EQ(api_.acquire(&consumer_, "com.example.box/2", &table, &object), TENON_E_STATE);
}

TEST_F(OffersTest, HaveAnIdWithARevision) {
  for (const char* const id :
       {"",
        "box",
        "box/1",
        "com.example.box",
        "com.example.box/",
        "com.example.box/x",
        "com.example.box/01",
        "com.example.box/-1",
        "Com.Example.Box/1",
        "tenon.timers/1",
        "com.example.box/12345"}) {
    EXPECT_FALSE(is_service_id(id)) << id;
  }
  EXPECT_TRUE(is_service_id("com.example.box/1"));
  EXPECT_TRUE(is_service_id("org.tenon.box/12"));
}

TEST_F(OffersTest, SayWhoOffersItAlready) {
  provider_.stage = consumer_.stage = tenon_self::Stage::Load;
  api_.offer(&provider_, "com.example.box/2", &table_, nullptr);

  EXPECT_EQ(api_.offer(&consumer_, "com.example.box/2", &table_, nullptr), TENON_E_ARG);

  EXPECT_EQ(
      consumer_.take_error(),
      "the service \"com.example.box/2\" is offered by module \"provider\" too"
  );
}

}  // namespace
}  // namespace tenon::module
