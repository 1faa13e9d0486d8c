#pragma once
// What was written into a piece of evidence, as its README and its report tell of it.

#include <optional>
#include <string>
#include <vector>

#include "certificates/certificate.h"
#include "certificates/crl.h"
#include "certificates/ocsp.h"
#include "evidence/collection.h"
#include "evidence/dossier.h"

namespace sealgate::evidence {

/// A content, the signature over it, and whose it is. Names are those of files in the collection; empty: there is no
/// such file.
struct SignedExhibit {
  std::string title = {};  ///< "The message"
  std::string content = {};
  std::string signature = {};
  std::string signer = {};                ///< PEM of one certificate
  std::string chain = {};                 ///< PEM, the signer's first
  std::string anchor = {};                ///< PEM of the last one
  std::string issuer = {};                ///< PEM of the signer's issuer; empty: it is its own
  std::vector<std::string> lists = {};    ///< by which the signer was not revoked at that time
  std::vector<std::string> answers = {};  ///< of OCSP responders, that say so
  Time at = {};                           ///< when it was verified
  bool time_holds = true;                 ///< false: a certificate was not valid then, and was taken all the same
  std::vector<certificates::Certificate> path = {};
  std::vector<certificates::Crl> crls = {};
  /// What each OCSP answer said of the signer; other answers are about others, or proved nothing.
  std::vector<std::pair<std::string, certificates::OcspAnswer>> ocsp = {};
};

/// A record of the log, with the seal that proves it.
struct SealedExhibit {
  std::int64_t sequence = 0;
  std::string record = {};
  std::string seal = {};
  std::int64_t number = 0;  ///< of the seal
  std::size_t offset = 0, size = 0;
  std::string hash = {};                 ///< of the seal, hexadecimal
  std::vector<std::string> proves = {};  ///< files whose hash the record holds
};

/// The receipt's check of the content.
struct MicExhibit {
  std::string digest = {};   ///< as openssl names it
  std::string content = {};  ///< the file that it is over
  std::string receipt = {};  ///< the file in which it stands
  bool matches = false;
};

struct Exhibits {
  std::vector<SignedExhibit> signatures = {};
  std::vector<SealedExhibit> sealed = {};
  std::optional<MicExhibit> mic = {};
  std::vector<std::string> missing = {};  ///< sentences: what was not kept, and what would have kept it
  std::string head = {};                  ///< the hash that the log ends with, hexadecimal; empty: nothing is sealed
  std::int64_t head_number = 0;
  Time made = {};
};

/// README.md: what is in it, and the commands that verify all of it.
std::string write_readme(const Dossier& dossier, const Exhibits& exhibits);

/// report.html: for people, on screen and on paper. Stands alone; what partners chose is text, never markup.
std::string write_page(const Dossier& dossier, const Exhibits& exhibits, const std::vector<FileFacts>& files);

/// "received", "refused", "sent"
std::string_view outcome_word(const Dossier& dossier);

}  // namespace sealgate::evidence
