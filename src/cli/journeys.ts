import { Command } from 'commander'
import { type Config, StartRefused } from '../config.ts'
import type { JourneySummary, JourneyView } from '../journeys/step.ts'
import { plainJson } from '../plain-json.ts'
import { configFrom, dataFlags, flag } from './flags.ts'

interface Options extends Readonly<Record<string, unknown>> {
  readonly follow?: boolean
  readonly json?: boolean
  readonly after?: string
}

/** `grantwise journeys`: what happened between the five roles, as the running server remembers it. */
export function journeysCommand(): Command {
  const command = new Command('journeys')
    .description('Show what happened, message by message: all journeys, or one in full.')
    .argument('[id]', 'of a journey, or the reference number of an error page, e.g. 01k80hv3iokvanqkc2ed')
    .addOption(flag('--follow', 'print steps as they happen, until Ctrl+C', 'journeys --follow'))
    .addOption(flag('--after <id>', 'the journeys before this one', 'journeys --after 01k80hv3iokvanqkc2ed'))
    .addOption(flag('--json', 'say it as JSON, a line for each step with --follow', 'journeys --json'))
  for (const option of dataFlags()) command.addOption(option)
  return command.action(journeys)
}

async function journeys(id: string | undefined, options: Options): Promise<void> {
  const config = configFrom(options)
  // A reader that closed the pipe has seen enough.
  process.stdout.on('error', () => process.exit(0))
  if (id !== undefined) {
    const { journey } = await ask(config, { ask: 'journey', id })
    await show(journey as JourneyView, options)
    if (options.follow) await follow(config, (journey as JourneyView).id, options)
  } else if (options.follow) await follow(config, undefined, options)
  else await list(config, options)
}

async function list(config: Config, { after, json }: Options): Promise<void> {
  const page = (await ask(config, { ask: 'journeys', after })) as unknown as {
    readonly journeys: readonly JourneySummary[]
    readonly sampling: 'off' | 'all' | number
    readonly next?: string
  }
  if (json) return console.log(plainJson(JSON.stringify({ journeys: page.journeys, next: page.next ?? null }, null, 2)))
  const { listLines, samplingLine } = await import('./print-journeys.ts')
  for (const line of listLines(page.journeys, screen())) console.log(line)
  if (page.next !== undefined) console.log(`\nEarlier ones: grantwise journeys --after ${page.next}`)
  console.error(samplingLine(page.sampling))
}

async function show(journey: JourneyView, { json, follow }: Options): Promise<void> {
  if (json) return console.log(plainJson(follow ? JSON.stringify({ journey }) : JSON.stringify(journey, null, 2)))
  const { journeyLines } = await import('./print-journeys.ts')
  for (const line of journeyLines(journey, screen())) console.log(line)
}

/** Until the server stops, or whoever watches does. */
async function follow(config: Config, id: string | undefined, { json }: Options): Promise<void> {
  const { happeningLines, samplingLine } = await import('./print-journeys.ts')
  const stopped = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort())
  for await (const line of answers(config, { ask: 'follow', id }, stopped.signal)) {
    if ('sampling' in line) console.error(samplingLine(line['sampling'] as 'off' | 'all' | number))
    else if (json) console.log(plainJson(JSON.stringify(line)))
    else for (const text of happeningLines(line as never, screen())) console.log(text)
  }
  if (!stopped.signal.aborted) console.error('The server has stopped.')
}

async function ask(config: Config, request: object): Promise<Readonly<Record<string, unknown>>> {
  for await (const line of answers(config, request)) return line
  throw new StartRefused('The server stopped before it answered.')
}

/** @throws StartRefused in the words of whoever could not: no server there, or the server itself. */
async function* answers(
  { data_dir }: Config,
  request: object,
  signal?: AbortSignal,
): AsyncGenerator<Readonly<Record<string, unknown>>> {
  const { askControl, NotRunning } = await import('../control/client.ts')
  try {
    for await (const line of askControl(data_dir, request, signal)) {
      if (typeof line['error'] === 'string')
        throw new StartRefused(`${line['error'].replace(/^./, it => it.toUpperCase())}.`)
      yield line
    }
  } catch (error) {
    if (error instanceof NotRunning) throw new StartRefused(error.message, { cause: error })
    throw error
  }
}

function screen() {
  const { isTTY = false, columns } = process.stdout
  return { width: isTTY ? columns : 120, colours: isTTY && !process.env['NO_COLOR'] }
}
