/** What a command's exit status says; the contract with scripts. */
export const exitCodes = {
  /** It did what was asked. */
  ok: 0,
  /** Something that should not happen; the stack is printed. */
  unexpected: 1,
  /** The arguments, the configuration or a file are wrong; the sentence printed says how to mend it. */
  refused: 2,
  /** `advise`: the chosen policy has no suitable flow for these answers. */
  noFlow: 3,
  /** `doctor --fail-on`: something that bad was found. */
  found: 4,
} as const
