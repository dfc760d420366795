import { Command, Option } from 'commander'
import { StartRefused } from '../config.ts'
import type { User } from '../core/user.ts'
import { plainJson } from '../plain-json.ts'
import { sh } from '../snippets/quote.ts'
import { configFrom, dataFlags, flag } from './flags.ts'
import { plain } from './plain.ts'
import type { UserOptions } from './user-flags.ts'
import { withExistingData } from './with-data.ts'

/** `grantwise user list`: people by login, a page at a time. */
export function userListCommand(): Command {
  const command = new Command('list')
    .description('Show people by login.')
    .addOption(flag('--after <login>', 'from behind this one on', 'user list --after alice'))
    .addOption(new Option('--limit <number>', 'how many at most (100), e.g. user list --limit 1000').default('100'))
    .addOption(flag('--json', 'say it as JSON', 'user list --json'))
  for (const option of dataFlags()) command.addOption(option)
  return command.action(list)
}

async function list(options: UserOptions): Promise<void> {
  const { after = '', limit, json = false } = options
  const most = Number(limit)
  if (!Number.isInteger(most) || most < 1 || most > 10_000) {
    throw new StartRefused(`--limit: expected a whole number from 1 to 10000; got ${JSON.stringify(limit)}`)
  }
  const found = await withExistingData(configFrom(options), ({ store }) => store.usersAfter(String(after), most + 1))
  const users = found.slice(0, most)
  const next = found.length > most ? users.at(-1)?.login : undefined
  if (json) return console.log(plainJson(JSON.stringify({ users, ...(next === undefined ? {} : { next }) }, null, 2)))
  for (const user of users) console.log(plain(line(user)))
  if (users.length === 0) console.error('Nobody. Add somebody with: grantwise user add <login>')
  if (next !== undefined) console.error(`More: grantwise user list --after ${sh(next)}`)
}

function line({ login, email, roles, disabled, claims }: User): string {
  const name = typeof claims['name'] === 'string' ? claims['name'] : undefined
  const more = [name, email, roles.join(', '), disabled ? 'disabled' : undefined].filter(Boolean)
  return [login, ...more].join('  ')
}
