const longest = 254

/** Characters that cannot be seen, or that end a line: two names must not look alike by them. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/** The one spelling under which a login is kept and looked up; nothing when it cannot be anybody's. */
export function normaliseLogin(text: string): string | undefined {
  // Again after lowering: some capitals fall apart into several characters.
  const login = text.normalize('NFKC').toLowerCase().normalize('NFKC').trim()
  return login === '' || login.length > longest || invisible.test(login) ? undefined : login
}
