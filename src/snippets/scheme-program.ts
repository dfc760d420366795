import { js } from './quote.ts'
import type { Situation } from './situation.ts'
import { text } from './text.ts'

/** Of a program that its system starts anew with the address that somebody comes back by (RFC 8252 §7.1). */
export function schemeImports({ key }: Situation): string {
  return text`
${key !== undefined && "import { createPrivateKey } from 'node:crypto'"}
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'`
}

/** Two starts: the first sends somebody to sign in, the second has what is remembered of it in `remembered`, and `url`. */
export function schemeProgram({ redirect_uri }: Situation, begin: string, remembered: string): string {
  return text`
const redirect_uri = ${js(redirect_uri)}
const memory = join(import.meta.dirname, 'begun.json')
// The system starts this program with the address, once its scheme is registered there.
const [, , back] = process.argv

if (back === undefined) {
${begin}
  // Nobody else on this computer may read it.
  writeFileSync(memory, JSON.stringify(${remembered}), { mode: 0o600 })
  console.log('Open this in a browser:\n\n  ' + address.href + '\n')
  process.exit()
}

const url = new URL(back)
const ${remembered} = JSON.parse(readFileSync(memory, 'utf8'))`
}

/** Once the answer was good: another is to another request. */
export const forget = 'rmSync(memory)'
