import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { launch } from '../../support/program.ts'
import type { Hoard } from './known.ts'
import { api } from './world.ts'

interface Workplace {
  readonly cwd: string
  readonly hoard: Hoard
  /** A journey that ended badly. */
  readonly journey: string
}

/** Does what operators do beside a running server, well and badly; what each command printed, by its name. */
export async function operate({ cwd, hoard: { hide }, journey }: Workplace): Promise<ReadonlyMap<string, string>> {
  const said = new Map<string, string>()
  const run = async (args: readonly string[], stdin = '', env: Readonly<Record<string, string>> = {}) => {
    const child = launch(args, { cwd, env })
    child.stdin.end(stdin)
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
    said.set(`${said.size} grantwise ${args.join(' ')}`, out + err)
    return out
  }
  const write = (name: string, content: string) => writeFileSync(join(cwd, name), content)

  const answers = ['--acts-for', 'self', '--runs-on', 'server', '--secret-safe', 'yes', '--platform-id', 'no', '--json']
  const create = ['client', 'create', '--from-advice', '-', '--name', 'Made here', '--audience', api, '--json']
  const made = await run(create, await run(['advise', ...answers]))
  // Where a secret is made it is said, once: that is what the command is for.
  said.delete(`1 grantwise ${create.join(' ')}`)
  const { client_secret } = JSON.parse(made) as { readonly client_secret?: string }
  hide('client secret of the command line', client_secret)

  const short = hide('short secret', 'hush-too-short')
  const stray = hide('secret under a wrong name', 'hush-as-a-stray-member-0123456789')
  const common = hide('common password', 'hushhushhush')
  const bad = {
    clients: [{ client_id: 'bad', client_secret: short, clientsecret: stray }],
    users: [{ login: 'bad', password: common }],
  }
  write('bad.json', JSON.stringify(bad))
  write(
    'broken.json',
    `{"clients": [{"client_secret": "${hide('secret in no JSON', 'hush-in-broken-json-0123456789-0123')}"`,
  )
  await run(['user', 'add', 'dora'], `${hide('password of dora', 'hush, the password of dora')}\n`)
  await Promise.all([
    run(['user', 'set-password', 'dora'], `${hide('next password of dora', 'hush, the next password of dora')}\n`),
    run(['user', 'add', 'emil'], `${hide('unfit password of emil', 'hush-unfit')}\n`),
    run(['apply', 'bad.json']),
    run(['apply', 'broken.json', '--json']),
    run(['start', '--port', '0'], '', {
      GRANTWISE_SECRET: hide('another server secret', 'hush-another-0123456789-0123456789'),
    }),
    run(['start', '--port', '0'], '', { GRANTWISE_SECRET: hide('short server secret', 'hush-short-one') }),
    run(['start', '--port', '0'], '', { GRANTWISE_METRICS_TOKEN: hide('odd metrics token', 'hush, a token of words') }),
  ])
  await Promise.all([
    run(['journeys']),
    run(['journeys', journey]),
    run(['audit', '--limit', '1000']),
    run(['audit', '--limit', '1000', '--json']),
    run(['export']),
    run(['backup', 'kept']),
    run(['keys', 'rotate', '--json']),
  ])
  return said
}
