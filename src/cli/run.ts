import { CommanderError } from 'commander'
import { ApplyRefused } from '../admin/apply-refused.ts'
import { StartRefused } from '../config.ts'
import { explainUnavailable, StoreUnavailable } from '../store/unavailable.ts'
import { exitCodes } from './exit-codes.ts'
import { Finished } from './finished.ts'
import { program } from './program.ts'

/** Runs one command line and answers with its exit code. What people can mend is said plainly, without a stack. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    await program().parseAsync(args, { from: 'user' })
    return exitCodes.ok
  } catch (error) {
    // Commander has said what is wrong itself; it also throws to end --help and --version.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.refused
    if (error instanceof Finished) return error.exitCode
    if (error instanceof StartRefused || error instanceof ApplyRefused) {
      console.error(error.message)
      return exitCodes.refused
    }
    console.error(error instanceof StoreUnavailable ? explainUnavailable(error) : error)
    return exitCodes.unexpected
  }
}
