const longest = 254

/** As it may be typed: of four characters that belong together NFKC leaves one. Putting many marks in order takes the square of their number. */
const longestTyped = 4 * longest

/**
 * Characters that cannot be seen (RFC 8264 §9.13), that end a line, or of which a page shows one for several: two names
 * must not look alike by them. Of the spaces NFKC leaves two.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u1680\u2800]| {2}/u

/** The one spelling under which a login is kept and looked up; nothing when it cannot be anybody's. */
export function normaliseLogin(text: string): string | undefined {
  if (text.length > longestTyped) return undefined
  // Again after lowering: some capitals fall apart into several characters.
  const login = text.normalize('NFKC').toLowerCase().normalize('NFKC').trim()
  return login === '' || login.length > longest || invisible.test(login) ? undefined : login
}
