import { readOptions } from './options.ts'

/** What `npm run bench -- --<mode>` runs, with the arguments after it; without a mode, the comparison. */
const modes: Readonly<Record<string, () => Promise<(args: readonly string[]) => Promise<void>>>> = {}

const [first = '', ...rest] = process.argv.slice(2)
const mode = modes[first.replace(/^--/, '')]
if (mode) await (await mode())(rest)
else {
  const { compare } = await import('./compare.ts')
  await compare(readOptions(process.argv.slice(2)))
}
