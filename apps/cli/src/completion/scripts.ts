export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/**
 * The script that makes a shell ask `gennaker __complete WORD…` for proposals, one a line, `proposal<TAB>meaning`. A
 * proposal that ends in `/` or `=` goes on, so no space follows it.
 */
export function completionScript(shell: Shell): string {
  return scripts[shell];
}

const bash = `# bash completion for gennaker; load it with: source <(gennaker completion bash)
_gennaker() {
  local line proposal word="\${COMP_WORDS[COMP_CWORD]}" prefix=""
  local -a words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  COMPREPLY=()
  while IFS= read -r line; do
    proposal="\${line%%$'\\t'*}"
    [ -n "$proposal" ] && COMPREPLY+=("$(printf '%q' "$proposal")")
  done < <("\${COMP_WORDS[0]}" __complete -- "\${words[@]}" 2>/dev/null)
  case "$word" in
    *:*) prefix="\${word%"\${word##*:}"}"; COMPREPLY=("\${COMPREPLY[@]#"$prefix"}") ;;
  esac
  if [ "\${#COMPREPLY[@]}" -eq 1 ]; then
    case "\${COMPREPLY[0]}" in */|*=) compopt -o nospace 2>/dev/null ;; esac
  fi
}
complete -o default -F _gennaker gennaker ./gennaker
`;

const zsh = `#compdef gennaker
# zsh completion for gennaker; load it with: source <(gennaker completion zsh)
_gennaker() {
  local line proposal meaning
  local -a going ending goingText endingText
  while IFS= read -r line; do
    proposal="\${line%%$'\\t'*}"
    meaning="\${line#*$'\\t'}"
    [[ -n "$proposal" ]] || continue
    [[ "$meaning" == "$line" ]] && meaning=""
    if [[ "$proposal" == */ || "$proposal" == *= ]]; then
      going+=("$proposal"); goingText+=("$proposal\${meaning:+  -- $meaning}")
    else
      ending+=("$proposal"); endingText+=("$proposal\${meaning:+  -- $meaning}")
    fi
  done < <("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  (( \${#going} )) && compadd -S '' -l -d goingText -- "\${going[@]}"
  (( \${#ending} )) && compadd -l -d endingText -- "\${ending[@]}"
  (( \${#going} + \${#ending} )) || _files
}
compdef _gennaker gennaker ./gennaker
`;

const fish = `# fish completion for gennaker; load it with: gennaker completion fish | source
function __gennaker_complete
  set -l words (commandline -opc) (commandline -ct)
  $words[1] __complete -- $words[2..-1] 2>/dev/null
end
complete -c gennaker -f -a '(__gennaker_complete)'
`;

const scripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
