// sealgate completion: what makes a shell ask this program how a line may go on.

#include <cstdio>

#include "cli/parse.h"
#include "cli/terminal.h"

namespace sealgate::cli {
namespace {

// Candidates come one a line with a tab and their meaning; names may hold blanks, so each is quoted before it goes
// into the line. What was typed may be quoted with backslashes, which are taken out before it is compared.
constexpr const char* kBash = R"script(# bash completion for sealgate; as made by: sealgate completion bash
_sealgate() {
  local program=${COMP_WORDS[0]} kind word typed
  local -a words=("${COMP_WORDS[@]:1:COMP_CWORD}") quoted=()
  for word in "${words[@]}"; do
    word=${word//\\/}
    word=${word#[\'\"]}
    quoted+=("${word%[\'\"]}")
  done
  typed=${quoted[${#quoted[@]}-1]}
  COMPREPLY=()
  {
    read -r kind
    while IFS=$'\t' read -r word _; do
      printf -v word '%q' "$word"
      COMPREPLY+=("$word")
    done
  } < <("$program" __complete "${quoted[@]}" 2>/dev/null)
  case $kind in
    files) compopt -o filenames 2>/dev/null; mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$typed") ;;
    folders) compopt -o filenames 2>/dev/null; mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -d -- "$typed") ;;
  esac
}
complete -F _sealgate sealgate
)script";

constexpr const char* kZsh = R"script(#compdef sealgate
# zsh completion for sealgate; as made by: sealgate completion zsh
_sealgate() {
  local kind line
  local -a lines words_found meanings
  lines=("${(@f)$(${words[1]} __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  kind=$lines[1]
  for line in "${(@)lines[2,-1]}"; do
    [[ -n $line ]] || continue
    words_found+=("${line%%$'\t'*}")
    meanings+=("${line%%$'\t'*}  ${line#*$'\t'}")
  done
  (( $#words_found )) && compadd -d meanings -a words_found
  case $kind in
    files) _files ;;
    folders) _files -/ ;;
  esac
}
if [[ $funcstack[1] == _sealgate ]]; then
  _sealgate "$@"
else
  compdef _sealgate sealgate
fi
)script";

constexpr const char* kFish = R"script(# fish completion for sealgate; as made by: sealgate completion fish
function __sealgate_complete
  set -l words (commandline -opc)
  set -l typed (commandline -ct | string replace -r '^["\']' '' | string replace -a '\\' '')
  set -l answer ($words[1] __complete $words[2..-1] "$typed" 2>/dev/null)
  switch "$answer[1]"
    case files
      __fish_complete_path (commandline -ct)
    case folders
      __fish_complete_directories (commandline -ct)
  end
  printf '%s\n' $answer[2..-1]
end
complete -c sealgate -f -a '(__sealgate_complete)'
)script";

}  // namespace

int run_completion(const Args& args) {
  CLI::App app(
      "Print what makes a shell complete commands, options and values, and names of ports, parties, certificates and "
      "messages, which it asks this program for");
  configure_app(app, "sealgate completion",
                "  sealgate completion bash > /etc/bash_completion.d/sealgate\n"
                "  sealgate completion zsh > /usr/share/zsh/vendor-completions/_sealgate\n"
                "  sealgate completion fish > ~/.config/fish/completions/sealgate.fish\n"
                "  source <(sealgate completion bash)     # for this shell alone\n");
  std::string shell;
  app.add_option("SHELL", shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  if (const auto status = parse(app, args)) return *status;
  std::fputs(shell == "bash" ? kBash : shell == "zsh" ? kZsh : kFish, stdout);
  return 0;
}

}  // namespace sealgate::cli
