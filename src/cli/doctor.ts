import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { Command } from 'commander'
import { StartRefused } from '../config.ts'
import { type Diagnosis, diagnose } from '../doctor/diagnose.ts'
import { type Severity, severities } from '../doctor/finding.ts'
import { NoSubject, recognise } from '../doctor/subject.ts'
import { plainJson } from '../plain-json.ts'
import { examineServer } from './examine-server.ts'
import { exitCodes } from './exit-codes.ts'
import { fetchMetadata } from './fetch-metadata.ts'
import { Finished } from './finished.ts'
import { configFrom, dataFlags, flag, repeatable } from './flags.ts'
import { diagnosisLines } from './print-diagnosis.ts'

interface Options extends Readonly<Record<string, unknown>> {
  readonly self?: boolean
  readonly failOn?: Severity
  readonly json?: boolean
}

/** `grantwise doctor`: what is wrong with a server, a request, a client or a token, and how to mend it. */
export function doctorCommand(): Command {
  const command = new Command('doctor')
    .description('Say what is wrong with a server, a request, a client or a token, by which rule, and how to mend it.')
    .argument(
      '[what]',
      'an issuer, an authorization request’s address, a token, or a file (- is standard input) with one of them or the ' +
        'JSON of a discovery document, a client (also as Auth0 or Keycloak export it) or an apply file',
    )
    .addOption(flag('--self', 'this installation: its configuration, metadata and clients', 'doctor --self'))
    .addOption(
      flag('--fail-on <severity>', 'exit with 4 if anything is that bad', 'doctor --self --fail-on warning').choices(
        severities,
      ),
    )
    .addOption(flag('--json', 'say it as JSON', 'doctor --json https://id.example.com'))
    .addOption(
      repeatable(
        '--outgoing-allow <network>',
        'network that may be asked although it is not public',
        '--outgoing-allow 10.0.0.0/8',
      ),
    )
  for (const option of dataFlags()) command.addOption(option)
  return command.addHelpText('after', exitStatus).action(run)
}

const exitStatus = `
Exit status: 0 looked at, 4 something was found that --fail-on names, 2 nothing that can be looked at.`

async function run(what: string | undefined, options: Options): Promise<void> {
  if ((what === undefined) === !options.self) throw new StartRefused('Name one thing to look at, or say --self.')
  const config = configFrom(options)
  const diagnoses = what === undefined ? await examineServer(config) : await examineGiven(what, config.outgoing_allow)
  if (options.json) console.log(plainJson(JSON.stringify(diagnoses, null, 2)))
  else console.log([...diagnoses.flatMap(diagnosisLines), ''].join('\n'))
  if (options.failOn !== undefined && isAsBadAs(options.failOn, diagnoses)) throw new Finished(exitCodes.found)
}

function isAsBadAs(worst: Severity, diagnoses: readonly Diagnosis[]): boolean {
  const bad = severities.slice(0, severities.indexOf(worst) + 1)
  return diagnoses.some(({ findings }) => findings.some(({ severity }) => bad.includes(severity)))
}

async function examineGiven(what: string, allow: readonly string[]): Promise<readonly Diagnosis[]> {
  const now = Math.floor(Date.now() / 1000)
  try {
    const subject = recognise(isFile(what) ? await read(what) : what)
    if (subject.kind !== 'issuer') return diagnose(subject, { now })
    const { metadata, asked } = await fetchMetadata(subject.url, allow)
    return diagnose({ kind: 'discovery', metadata }, { now, ...(asked === undefined ? {} : { asked }) })
  } catch (error) {
    if (!(error instanceof NoSubject)) throw error
    throw new StartRefused(`${isFile(what) ? what : 'The argument'}: ${error.message}`, { cause: error })
  }
}

/** Neither an address nor a token, whose header begins with {". */
function isFile(what: string): boolean {
  return !/^https?:\/\/|^ey[\w-]+\./.test(what)
}

async function read(path: string): Promise<string> {
  try {
    return await (path === '-' ? text(process.stdin) : readFile(path, 'utf8'))
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException
    throw new StartRefused(`${path}: expected a file that this process can read; got ${code}`, { cause: error })
  }
}
