// docs/artifacts.md and the code tell the same.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "artifacts/agreement_fields.h"
#include "artifacts/component_fields.h"
#include "artifacts/documents.h"
#include "messaging/property_names.h"

namespace sealgate::artifacts {
namespace {

std::string page(const char* name) {
  std::ifstream file(std::filesystem::path(SEALGATE_SOURCE_DIR) / name);
  std::ostringstream text;
  text << file.rdbuf();
  EXPECT_FALSE(text.str().empty());
  return text.str();
}

std::string manual() {
  return page("docs/artifacts.md");
}

TEST(Manual, ItsExamplesAreDocuments) {
  const std::string text = manual() + page("docs/as2.md") + page("docs/http-receive.md") +
                           page("docs/file-adapter.md") + page("docs/sftp.md");
  constexpr std::string_view kStart = "```yaml\nkind:";
  int read = 0;
  for (std::size_t at = text.find(kStart); at != std::string::npos; at = text.find(kStart, at + 1)) {
    const std::size_t begin = at + 8;
    const std::string example = text.substr(begin, text.find("```", begin) - begin);
    if (example.find("_file:") != std::string::npos) continue;  // of files that are not there
    const auto documents = parse_documents(example, "docs/artifacts.md");
    EXPECT_TRUE(documents) << documents.error().to_string() << "\n" << example;
    ++read;
  }
  EXPECT_GE(read, 3);
}

TEST(Manual, ItHasEveryKindPropertyAndSetting) {
  const std::string text = manual();
  for (const Kind kind : kAllKinds) {
    EXPECT_NE(text.find("\n## " + std::string(to_string(kind)) + "\n"), std::string::npos) << to_string(kind);
  }
  for (const messaging::PropertyDefinition& property : messaging::property_definitions()) {
    const std::string row =
        "| `" + std::string(property.name) + "` | " + std::string(to_string(property.type)) + " |";
    EXPECT_NE(text.find(row), std::string::npos) << row;
  }
  for (const ComponentType& type : kComponentTypes) {
    const std::string table = "| " + std::string(type.word) + " | Default |";
    const std::size_t begin = text.find(table);
    ASSERT_NE(begin, std::string::npos) << table;
    const std::string rows = text.substr(begin, text.find("\n\n", begin) - begin);
    const auto settings = component_of_word(type.word);
    std::visit(
        [&](const auto& component) {
          each_field(component, [&](std::string_view name, const auto&, auto...) {
            EXPECT_NE(rows.find("\n| " + std::string(name) + " |"), std::string::npos) << type.word << "." << name;
          });
        },
        *settings);
  }
}

TEST(Manual, ItHasEverySettingOfAgreementsAndEveryPreset) {
  const auto rows_after = [](const std::string& text, const std::string& heading) {
    const std::size_t begin = text.find(heading);
    EXPECT_NE(begin, std::string::npos) << heading;
    return begin == std::string::npos ? std::string() : text.substr(begin, text.find("\n\n", begin) - begin);
  };
  const auto check = [](const std::string& rows, const auto& settings) {
    each_agreement_field(settings, [&](std::string_view name, const auto&, auto...) {
      bool found = false;
      for (std::size_t at = rows.find("\n| "); at != std::string::npos; at = rows.find("\n| ", at + 1)) {
        found = found || rows.substr(at, rows.find(" | ", at) - at).find(name) != std::string::npos;
      }
      EXPECT_TRUE(found) << name << " is not in\n" << rows;
    });
  };
  const std::string text = manual();
  check(rows_after(text, "| `sending` | Default |"), SendingAgreement());
  check(rows_after(text, "| `sending.receipt` | Default |"), RequestedReceipt());
  check(rows_after(text, "| `receiving` | Default |"), ReceivingAgreement());
  check(rows_after(text, "| `receiving.receipt` | Default |"), GivenReceipt());
  const std::string as2 = page("docs/as2.md");
  check(rows_after(as2, "| `compatibility` | Default |"), Compatibility());
  const std::string presets = rows_after(as2, "| Preset | Product |");
  const Compatibility usual;
  for (const CompatibilityPreset& preset : compatibility_presets()) {
    const std::size_t at = presets.find("\n| `" + std::string(preset.name) + "` | ");
    ASSERT_NE(at, std::string::npos) << preset.name;
    const std::string row = presets.substr(at, presets.find('\n', at + 1) - at);
    if (row.find("as `as2-lib`") != std::string::npos) continue;
    each_agreement_field(preset.settings, [&](std::string_view name, const auto& value, auto...) {
      each_agreement_field(usual, [&](std::string_view usual_name, const auto& usual_value, auto...) {
        if constexpr (std::is_same_v<decltype(value), decltype(usual_value)>) {
          if (name == usual_name && !(value == usual_value)) {
            EXPECT_NE(row.find(name), std::string::npos) << preset.name << " sets " << name;
          }
        }
      });
    });
  }
}

}  // namespace
}  // namespace sealgate::artifacts
