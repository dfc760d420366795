import { Command } from 'commander'
import type { ApplyFile } from '../admin/apply-file.ts'
import { ApplyRefused } from '../admin/apply-refused.ts'
import { type ApplyPlan, summarise } from '../admin/plan.ts'
import type { Config } from '../config.ts'
import { configFrom, dataFlags, flag } from './flags.ts'
import { rehearse } from './rehearse.ts'
import { hasData, withData } from './with-data.ts'

interface Options extends Readonly<Record<string, unknown>> {
  readonly prune?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** `grantwise apply`: registers what files describe, all of it or nothing. */
export function applyCommand(): Command {
  const command = new Command('apply')
    .description('Register what files describe: all of it or nothing, and nothing twice.')
    .argument('<file...>', 'JSON or YAML, or - for standard input, e.g. examples/apply.json')
    .addOption(flag('--prune', 'delete the clients and resource servers that no file names', 'apply --prune all.yaml'))
    .addOption(flag('--dry-run', 'only say what would change', 'apply --dry-run all.yaml'))
    .addOption(flag('--json', 'say it as JSON', 'apply --json all.yaml'))
  for (const option of dataFlags()) command.addOption(option)
  return command.action(apply)
}

async function apply(paths: readonly string[], options: Options): Promise<void> {
  const { dryRun = false, json = false } = options
  try {
    const config = configFrom(options)
    const { readApplyFiles } = await import('./apply-files.ts')
    const files = await readApplyFiles(paths)
    const plan = await (dryRun ? rehearse(files, config, options) : perform(files, config, options))
    if (json) printJson({ applied: !dryRun, actions: plan.actions, unchanged: plan.unchanged, warnings: plan.warnings })
    else print(plan, dryRun)
  } catch (error) {
    if (json && error instanceof ApplyRefused) printJson({ applied: false, problems: error.problems })
    throw error
  }
}

async function perform(files: readonly ApplyFile[], config: Config, options: Options): Promise<ApplyPlan> {
  const { performFiles } = await import('./apply-files.ts')
  // What is refused makes no data directory.
  if (!hasData(config)) await rehearse(files, config, options)
  return withData(config, data => performFiles(files, config, data, options))
}

function print(plan: ApplyPlan, dryRun: boolean): void {
  for (const warning of plan.warnings) console.error(`warning: ${warning}`)
  if (dryRun) console.log('Nothing is written; this would be:')
  for (const line of summarise(plan)) console.log(line)
}

function printJson(value: object): void {
  console.log(JSON.stringify(value, null, 2))
}
