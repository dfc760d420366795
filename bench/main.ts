import { readOptions } from './options.ts'

type Mode = (args: readonly string[]) => Promise<void>

/** What `npm run bench -- --<mode>` runs, with the arguments after it; without a mode, the comparison. */
const modes: Readonly<Record<string, () => Promise<Mode>>> = {
  growth: async () => (await import('./growth/main.ts')).growth,
  memory: async () => (await import('./memory.ts')).memory,
  profile: async () => (await import('./profile.ts')).profile,
  smoke: async () => (await import('./smoke.ts')).smoke,
}

const [first = '', ...rest] = process.argv.slice(2)
const mode = first.startsWith('--') ? modes[first.slice(2)] : undefined
// What was started ends with this process, however that ends.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
try {
  if (mode) await (await mode())(rest)
  else {
    const options = readOptions(process.argv.slice(2))
    const { run } = await import('./run.ts')
    await run(options)
  }
} catch (error) {
  // What went wrong is in the sentence; where in the benchmark it was found helps nobody.
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}
