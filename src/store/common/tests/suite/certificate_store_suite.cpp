#include "store/common/tests/suite/certificate_store_suite.h"

#include <stdlib.h>

#include <thread>

#include "certificates/tests/test_certificates.h"

namespace sealgate::store {
namespace {

using namespace certificates;
using certificates::testing::Identity;
using certificates::testing::issue;
using certificates::testing::issue_ca;
using certificates::testing::issue_crl;

const StoreId kPersonal{StoreName::Personal, "default"};
const StoreId kOtherPeople{StoreName::OtherPeople, {}};

Identity make_identity(const std::string& name) {
  return issue({.subject = {{"CN", name}}});
}

Bytes copy(ByteView view) {
  return {view.begin(), view.end()};
}

}  // namespace

void CertificateStoreSuite::SetUp() {
  std::string name = ::testing::TempDir() + "sealgate-certificates-XXXXXX";
  ASSERT_NE(::mkdtemp(name.data()), nullptr);
  folder_ = name;
  reopen();
}

void CertificateStoreSuite::TearDown() {
  under_test_ = {};
  std::filesystem::remove_all(folder_);
}

void CertificateStoreSuite::reopen() {
  under_test_ = {};
  under_test_ = GetParam().open(folder_);
  ASSERT_TRUE(under_test_.store);
}

TEST_P(CertificateStoreSuite, AStoreNobodyWroteToIsEmpty) {
  for (const StoreName name : kAllStoreNames) {
    const auto list = store().list({name, "default"});
    ASSERT_TRUE(list) << list.error().to_string();
    EXPECT_TRUE(list->empty());
  }
  const Identity identity = make_identity("Nobody");
  EXPECT_FALSE(store().find(kPersonal, identity.certificate.thumbprint()).value());
  EXPECT_FALSE(store().wrapped_key(kPersonal, identity.certificate.thumbprint()).value());
  EXPECT_EQ(store().remove(kPersonal, identity.certificate.thumbprint(), true).error().code.id,
            "certificates.not-found");
  EXPECT_TRUE(store().list_crls()->empty());
}

TEST_P(CertificateStoreSuite, FindsWhatWasAddedByBothThumbprints) {
  const Identity identity = make_identity("Zoë & Söhne");
  EXPECT_EQ(store().add(kOtherPeople, {identity.certificate, "the German partner"}).value(), AddOutcome::Added);
  for (const Thumbprint& thumbprint : {identity.certificate.thumbprint(), identity.certificate.thumbprint_sha256()}) {
    const auto found = store().find(kOtherPeople, thumbprint).value();
    ASSERT_TRUE(found);
    EXPECT_EQ(copy(found->certificate.der()), copy(identity.certificate.der()));
    EXPECT_EQ(found->friendly_name, "the German partner");
    EXPECT_FALSE(found->has_private_key);
  }
  EXPECT_FALSE(store().find(kPersonal, identity.certificate.thumbprint()).value());
}

TEST_P(CertificateStoreSuite, AddingAgainChangesNothingButFillsGaps) {
  const Identity identity = make_identity("Twice");
  EXPECT_EQ(store().add(kPersonal, {identity.certificate}).value(), AddOutcome::Added);
  EXPECT_EQ(store().add(kPersonal, {identity.certificate, "named later"}).value(), AddOutcome::AlreadyThere);
  EXPECT_EQ(store().add(kPersonal, {identity.certificate, "another name"}).value(), AddOutcome::AlreadyThere);
  EXPECT_EQ(store().find(kPersonal, identity.certificate.thumbprint()).value()->friendly_name, "named later");
  EXPECT_EQ(store().add(kPersonal, {identity.certificate, "", Bytes{1, 2, 3}}).value(), AddOutcome::KeyAdded);
  EXPECT_EQ(store().add(kPersonal, {identity.certificate, "", Bytes{9, 9, 9}}).value(), AddOutcome::AlreadyThere);
  EXPECT_EQ(store().wrapped_key(kPersonal, identity.certificate.thumbprint()).value(), (Bytes{1, 2, 3}));
  EXPECT_EQ(store().list(kPersonal)->size(), 1U);
}

TEST_P(CertificateStoreSuite, ListsInTheOrderOfThumbprints) {
  std::vector<Thumbprint> added;
  for (int index = 0; index < 12; ++index) {
    const Identity identity = make_identity("Number " + std::to_string(index));
    added.push_back(identity.certificate.thumbprint());
    ASSERT_TRUE(store().add(kOtherPeople, {identity.certificate}));
  }
  std::sort(added.begin(), added.end());
  std::vector<Thumbprint> listed;
  const auto list = store().list(kOtherPeople).value();
  for (const auto& entry : list) listed.push_back(entry.certificate.thumbprint());
  EXPECT_EQ(listed, added);
}

TEST_P(CertificateStoreSuite, AccountsSeeTheirOwnPersonalStoreOnly) {
  const Identity identity = make_identity("Own");
  ASSERT_TRUE(store().add({StoreName::Personal, "alpha"}, {identity.certificate, "", Bytes{1}}));
  EXPECT_TRUE(store().list({StoreName::Personal, "beta"})->empty());
  EXPECT_FALSE(store().wrapped_key({StoreName::Personal, "beta"}, identity.certificate.thumbprint()).value());
  // The other stores belong to the whole computer, whoever asks.
  ASSERT_TRUE(store().add({StoreName::TrustedRoots, "alpha"}, {identity.certificate}));
  EXPECT_EQ(store().list({StoreName::TrustedRoots, "beta"})->size(), 1U);
}

TEST_P(CertificateStoreSuite, RefusesAccountsThatAreNoNames) {
  const Identity identity = make_identity("Climber");
  for (const std::string& account :
       std::vector<std::string>{"", "..", "../etc", "a/b", ".hidden", "a b", "computer", std::string("nul\0l", 5)}) {
    const auto added = store().add({StoreName::Personal, account}, {identity.certificate});
    ASSERT_FALSE(added) << account;
    EXPECT_EQ(added.error().code.id, "certificates.bad-account-name");
    EXPECT_FALSE(store().list({StoreName::Personal, account}));
  }
  EXPECT_FALSE(store().list({StoreName::Personal, std::string(65, 'a')}));
  EXPECT_TRUE(store().list({StoreName::Personal, std::string(64, 'a')}));
}

TEST_P(CertificateStoreSuite, KeysGoIntoPersonalOnly) {
  const Identity identity = make_identity("Key");
  const auto added = store().add(kOtherPeople, {identity.certificate, "", Bytes{1}});
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code.id, "certificates.keys-only-in-personal");
  EXPECT_TRUE(store().list(kOtherPeople)->empty());
}

TEST_P(CertificateStoreSuite, RemovesAndKeepsPrivateKeysUnlessTold) {
  const Identity identity = make_identity("Leaving");
  const Identity staying = make_identity("Staying");
  ASSERT_TRUE(store().add(kPersonal, {identity.certificate, "name", Bytes{1}}));
  ASSERT_TRUE(store().add(kPersonal, {staying.certificate}));
  EXPECT_EQ(store().remove(kPersonal, identity.certificate.thumbprint(), false).error().code.id,
            "certificates.private-key-would-be-lost");
  EXPECT_TRUE(store().wrapped_key(kPersonal, identity.certificate.thumbprint()).value());
  ASSERT_TRUE(store().remove(kPersonal, identity.certificate.thumbprint_sha256(), true));
  EXPECT_FALSE(store().find(kPersonal, identity.certificate.thumbprint()).value());
  EXPECT_EQ(store().remove(kPersonal, identity.certificate.thumbprint(), true).error().code.id,
            "certificates.not-found");
  // What comes back has neither the key nor the name of before.
  ASSERT_TRUE(store().add(kPersonal, {identity.certificate}));
  const auto again = store().find(kPersonal, identity.certificate.thumbprint()).value();
  EXPECT_FALSE(again->has_private_key);
  EXPECT_TRUE(again->friendly_name.empty());
  ASSERT_TRUE(store().remove(kPersonal, staying.certificate.thumbprint(), false));
}

TEST_P(CertificateStoreSuite, WrappedKeysAreReplacedWhereTheyAreAsExpected) {
  const AccountKey old = AccountKey::generate("alpha").value();
  const AccountKey fresh = AccountKey::generate("alpha").value().with_older(old);
  const StoreId personal{StoreName::Personal, "alpha"};
  std::vector<Identity> identities;
  std::vector<KeyReplacement> keys;
  for (const char* name : {"First", "Second", "Third"}) {
    identities.push_back(make_identity(name));
    const Certificate& certificate = identities.back().certificate;
    ASSERT_TRUE(add_with_private_key(store(), old, certificate, identities.back().key));
    Bytes wrapped = store().wrapped_key(personal, certificate.thumbprint()).value().value();
    Bytes anew = rewrap(fresh, certificate.thumbprint_sha256(), wrapped).value().value();
    keys.push_back({certificate.thumbprint_sha256(), std::move(wrapped), std::move(anew)});
  }
  keys[1].expected.back() ^= 1;                                                         // changed meanwhile
  ASSERT_TRUE(store().remove(personal, identities[2].certificate.thumbprint(), true));  // removed meanwhile
  const std::uint64_t before = store().revision().value();
  EXPECT_EQ(store().replace_keys(personal, keys).value(), 1U);
  EXPECT_NE(store().revision().value(), before);
  EXPECT_EQ(open_private_key(store(), old, identities[0].certificate.thumbprint()).error().code.id,
            "certificates.key-unwrap-failed");
  EXPECT_TRUE(open_private_key(store(), fresh, identities[0].certificate.thumbprint()));
  EXPECT_TRUE(open_private_key(store(), old, identities[1].certificate.thumbprint()));
  EXPECT_TRUE(open_private_key(store(), fresh, identities[1].certificate.thumbprint()));
  EXPECT_EQ(store().replace_keys(personal, keys).value(), 0U);
  EXPECT_EQ(store().replace_keys({StoreName::Personal, "beta"}, keys).value(), 0U);
  EXPECT_EQ(store().replace_keys(personal, {}).value(), 0U);
}

TEST_P(CertificateStoreSuite, PrivateKeysOpenForTheirAccountOnly) {
  const AccountKey alpha = AccountKey::generate("alpha").value();
  const AccountKey impostor = AccountKey::generate("alpha").value();
  const Identity identity = make_identity("Signer");
  const Thumbprint thumbprint = identity.certificate.thumbprint();
  EXPECT_EQ(add_with_private_key(store(), alpha, identity.certificate, identity.key, "signer").value(),
            AddOutcome::Added);
  const auto key = open_private_key(store(), alpha, thumbprint);
  ASSERT_TRUE(key) << key.error().to_string();
  EXPECT_TRUE(crypto::matches(*key, identity.certificate.public_key().value()));
  EXPECT_EQ(open_private_key(store(), impostor, thumbprint).error().code.id, "certificates.key-unwrap-failed");
  EXPECT_EQ(open_private_key(store(), AccountKey::generate("beta").value(), thumbprint).error().code.id,
            "certificates.not-found");
  const Bytes wrapped = store().wrapped_key({StoreName::Personal, "alpha"}, thumbprint).value().value();
  const Secret clear = identity.key.pkcs8_der().value();
  EXPECT_EQ(as_text(wrapped).find(clear.text().substr(clear.size() - 24)), std::string_view::npos);

  const Identity other = make_identity("Other");
  EXPECT_EQ(add_with_private_key(store(), alpha, other.certificate, identity.key).error().code.id,
            "certificates.key-does-not-fit");
  ASSERT_TRUE(store().add({StoreName::Personal, "alpha"}, {other.certificate}));
  EXPECT_EQ(open_private_key(store(), alpha, other.certificate.thumbprint()).error().code.id,
            "certificates.no-private-key");
  // A wrapped key that is put under another certificate stays closed.
  ASSERT_TRUE(store().add({StoreName::Personal, "alpha"}, {other.certificate, "", wrapped}));
  EXPECT_EQ(open_private_key(store(), alpha, other.certificate.thumbprint()).error().code.id,
            "certificates.key-unwrap-failed");
}

TEST_P(CertificateStoreSuite, KeepsRevocationLists) {
  const Identity authority = issue_ca("Authority");
  const Crl first = issue_crl(authority, {1, 2, 3});
  const Crl second = issue_crl(authority, {});
  EXPECT_EQ(store().add_crl(first).value(), AddOutcome::Added);
  EXPECT_EQ(store().add_crl(first).value(), AddOutcome::AlreadyThere);
  EXPECT_EQ(store().add_crl(second).value(), AddOutcome::Added);
  EXPECT_EQ(store().list_crls()->size(), 2U);
  ASSERT_TRUE(store().remove_crl(second.sha256()));
  EXPECT_EQ(store().remove_crl(second.sha256()).error().code.id, "certificates.not-found");
  EXPECT_EQ(store().remove_crl("../../etc/passwd").error().code.id, "certificates.not-found");
  ASSERT_EQ(store().list_crls()->size(), 1U);
  EXPECT_EQ(store().list_crls()->at(0).revoked_count(), 3U);
}

TEST_P(CertificateStoreSuite, TellsThatSomethingChanged) {
  const Identity identity = make_identity("Change");
  std::vector<std::uint64_t> seen{store().revision().value()};
  const auto changed = [&] {
    const std::uint64_t now = store().revision().value();
    const bool fresh = seen.back() != now;
    seen.push_back(now);
    return fresh;
  };
  EXPECT_FALSE(changed());
  ASSERT_TRUE(store().add(kPersonal, {identity.certificate}));
  EXPECT_TRUE(changed());
  ASSERT_TRUE(store().add(kPersonal, {identity.certificate, "", Bytes{1}}));
  EXPECT_TRUE(changed());
  ASSERT_TRUE(store().add_crl(issue_crl(issue_ca("Authority"), {})));
  EXPECT_TRUE(changed());
  ASSERT_TRUE(store().remove(kPersonal, identity.certificate.thumbprint(), true));
  EXPECT_TRUE(changed());
}

TEST_P(CertificateStoreSuite, SurvivesAnotherOpening) {
  if (!GetParam().durable) return;  // the memory version promises to forget
  const AccountKey account = AccountKey::generate("default").value();
  const Identity identity = make_identity("Durable");
  ASSERT_TRUE(add_with_private_key(store(), account, identity.certificate, identity.key, "own"));
  const std::uint64_t revision = store().revision().value();
  reopen();
  EXPECT_EQ(store().revision().value(), revision);
  EXPECT_EQ(store().list(kPersonal)->front().friendly_name, "own");
  EXPECT_TRUE(open_private_key(store(), account, identity.certificate.thumbprint()));
}

TEST_P(CertificateStoreSuite, TakesManyThreads) {
  constexpr int kThreads = 4;
  constexpr int kEach = 5;
  std::vector<Identity> identities;
  for (int index = 0; index < kThreads * kEach; ++index)
    identities.push_back(make_identity("T" + std::to_string(index)));
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int index = 0; index < kEach; ++index) {
        const Identity& mine = identities[static_cast<std::size_t>(thread * kEach + index)];
        EXPECT_TRUE(store().add(kOtherPeople, {mine.certificate}));
        EXPECT_TRUE(store().add(kOtherPeople, {identities[0].certificate}));
        EXPECT_TRUE(store().list(kOtherPeople));
        EXPECT_TRUE(store().find(kOtherPeople, mine.certificate.thumbprint()).value());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(store().list(kOtherPeople)->size(), identities.size());
}

TEST_P(CertificateStoreSuite, FindsByTheNamesThatMessagesGive) {
  const Identity authority = issue_ca("Root");
  const Identity with_id = issue({.subject = {{"O", "Contoso"}, {"CN", "Orders"}},
                                  .issuer = &authority,
                                  .extensions = {{NID_subject_key_identifier, "hash"}},
                                  .serial = 0x8001});
  const Identity without_id = issue({.subject = {{"CN", "Fabrikam"}}, .issuer = &authority, .serial = 7});
  ASSERT_TRUE(store().add(kOtherPeople, {with_id.certificate}));
  ASSERT_TRUE(store().add(kOtherPeople, {without_id.certificate}));
  const auto finder = find_in_store(store(), kOtherPeople);
  const auto found = [&](const CertificateQuery& query) {
    std::vector<std::string> names;
    const auto certificates = finder->find(query);
    EXPECT_TRUE(certificates);
    for (const Certificate& certificate : *certificates) names.push_back(certificate.short_name());
    return names;
  };
  const std::vector<std::string> orders{"Orders"};
  const std::vector<std::string> fabrikam{"Fabrikam"};
  const Bytes issuer = authority.certificate.subject_der();
  EXPECT_EQ(found(CertificateQuery::by_issuer_and_serial(issuer, with_id.certificate.serial())), orders);
  EXPECT_EQ(found(CertificateQuery::by_issuer_and_serial(issuer, Bytes{0, 0, 0x80, 0x01})), orders);
  EXPECT_EQ(found(CertificateQuery::by_issuer_and_serial(issuer, Bytes{7})), fabrikam);
  EXPECT_EQ(found(CertificateQuery::by_key_id(with_id.certificate.subject_key_id().value())), orders);
  EXPECT_EQ(found(CertificateQuery::by_key_id(without_id.certificate.spki_sha256())), std::vector<std::string>());
  EXPECT_EQ(found(CertificateQuery::by_subject(with_id.certificate.subject_der())), orders);
  // Names are equal whatever their case and blanks (RFC 5280 section 7.1).
  const Identity shouting = issue({.subject = {{"O", "CONTOSO "}, {"CN", "orders"}}});
  EXPECT_EQ(found(CertificateQuery::by_subject(shouting.certificate.subject_der())), orders);
  for (const Bytes& nonsense : {Bytes(), Bytes{0x30}, Bytes{1, 2, 3}}) {
    EXPECT_TRUE(found(CertificateQuery::by_subject(nonsense)).empty());
    EXPECT_TRUE(found(CertificateQuery::by_issuer_and_serial(nonsense, Bytes{7})).empty());
    EXPECT_TRUE(found(CertificateQuery::by_key_id(nonsense)).empty());
  }
  EXPECT_TRUE(found(CertificateQuery::by_issuer_and_serial(issuer, Bytes())).empty());
  for (const auto kind : {Thumbprint::Kind::Sha1, Thumbprint::Kind::Sha256}) {
    const auto& thumbprint =
        kind == Thumbprint::Kind::Sha1 ? with_id.certificate.thumbprint() : with_id.certificate.thumbprint_sha256();
    const auto one = finder->find(thumbprint);
    ASSERT_TRUE(one && *one);
    EXPECT_EQ(**one, with_id.certificate);
  }
  EXPECT_FALSE(finder->find(authority.certificate.thumbprint())->has_value());
}

TEST_P(CertificateStoreSuite, IssuersAreFoundFromLinkToLink) {
  const Identity root = issue_ca("Root");
  const Identity middle = issue_ca("Middle", &root);
  const Identity low = issue_ca("Low", &middle);
  const Identity leaf = issue({.subject = {{"CN", "Leaf"}}, .issuer = &low});
  for (const Identity* stored : {&root, &middle, &leaf})
    ASSERT_TRUE(store().add(kOtherPeople, {stored->certificate}));
  const auto finder = find_in_store(store(), kOtherPeople);
  EXPECT_TRUE(issuers_for(leaf.certificate, {}, *finder)->empty());
  const std::vector<Certificate> embedded{low.certificate};
  const auto found = issuers_for(leaf.certificate, embedded, *finder);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 2u);
  EXPECT_EQ((*found)[0], middle.certificate);
  EXPECT_EQ((*found)[1], root.certificate);
}

TEST_P(CertificateStoreSuite, IsSearched) {
  const auto ada = make_identity("Ada Lovelace"), bob = make_identity("Bob");
  ASSERT_TRUE(store().add(kOtherPeople, {ada.certificate}));
  ASSERT_TRUE(store().add(kOtherPeople, {bob.certificate, "Warehouse 100%"}));
  const auto found = [&](const CertificateSearch& search) {
    std::vector<std::string> names;
    const auto page = store().page(kOtherPeople, {.search = search}).value();
    for (const StoredCertificate& entry : page) names.push_back(entry.certificate.short_name());
    return names;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(found({"LOVE"}), Names{"Ada Lovelace"});
  EXPECT_EQ(found({"house 100%"}), Names{"Bob"});
  EXPECT_EQ(found({"%"}), Names{"Bob"});
  EXPECT_EQ(found({"_"}), Names{});
  EXPECT_EQ(found({"nobody"}), Names{});
  EXPECT_EQ(found({}).size(), 2u);
  const std::string biztalk = bob.certificate.thumbprint().to_biztalk();
  EXPECT_EQ(found({biztalk}), Names{"Bob"});
  EXPECT_EQ(found({biztalk.substr(3, 20)}), Names{"Bob"});
  EXPECT_EQ(found({ada.certificate.thumbprint_sha256().to_hex()}), Names{"Ada Lovelace"});
  const Time end = ada.certificate.not_after();
  EXPECT_EQ(found({.part = "ada", .expires_before = end}), Names{});
  EXPECT_EQ(found({.part = "ada", .expires_before = end + std::chrono::milliseconds(1)}), Names{"Ada Lovelace"});
  // A name that is given later is found as well.
  ASSERT_TRUE(store().add(kOtherPeople, {ada.certificate, "Analytical engine"}));
  EXPECT_EQ(found({"engine"}), Names{"Ada Lovelace"});
  const auto all = store().list(kOtherPeople).value();
  const auto rest = store().page(kOtherPeople, {.after = all[0].certificate.thumbprint(), .search = {"a"}}).value();
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].certificate, all[1].certificate);
}

TEST_P(CertificateStoreSuite, IsReadInPages) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(store().add(kOtherPeople, {make_identity(std::to_string(i)).certificate}));
  const auto all = store().list(kOtherPeople).value();
  std::vector<StoredCertificate> paged;
  Page page{.limit = 2};
  for (;;) {
    const auto some = store().page(kOtherPeople, page);
    ASSERT_TRUE(some) << some.error().to_string();
    ASSERT_LE(some->size(), 2u);
    if (some->empty()) break;
    paged.insert(paged.end(), some->begin(), some->end());
    page.after = some->back().certificate.thumbprint();
  }
  ASSERT_EQ(paged.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(paged[i].certificate, all[i].certificate);
}

}  // namespace sealgate::store
