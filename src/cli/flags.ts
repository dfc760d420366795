import { Option } from 'commander'
import { settingNames } from '../config/settings.ts'
import { type Config, readConfig } from '../config.ts'

/** An option whose help shows how it is written. */
export function flag(flags: string, description: string, example: string): Option {
  return new Option(flags, `${description}, e.g. ${example}`)
}

/** An option that may be given several times. */
export function repeatable(flags: string, description: string, example: string): Option {
  return flag(flags, `${description}; may be repeated`, example).argParser((value: string, before: string[] = []) => [
    ...before,
    value,
  ])
}

/** What every command that opens the data takes. */
export function dataFlags(): readonly Option[] {
  return [
    flag('--data-dir <directory>', 'where everything is kept (./.grantwise)', '--data-dir /var/lib/grantwise'),
    flag(
      '--secret-file <file>',
      'the server secret, kept elsewhere than in the data directory',
      '--secret-file /run/secrets/grantwise',
    ),
    flag(
      '--config <file>',
      'settings as JSON (grantwise.config.json, if there is one)',
      '--config /etc/grantwise.json',
    ),
  ]
}

/** The configuration that these options of a command, the environment and the file make together. */
export function configFrom(options: Readonly<Record<string, unknown>>): Config {
  const names = [...settingNames, 'config'] as const
  const given = names.map(name => [name, options[camelCase(name)]] as const)
  return readConfig(Object.fromEntries(given), process.env, process.cwd())
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
