import { describe, test } from 'vitest'
import { expectRefusal, place } from './support.ts'

describe('a bad configuration is refused with its place, what was expected and what came', () => {
  test('a flag that there is not, with the one that was meant', async () => {
    await expectRefusal(place(), ['--prot', '4000'], [/unknown option '--prot'/, /Did you mean --port\?/])
  })

  test.each([
    [['--port', 'x'], {}, /^--port: expected a whole number from 0 to 65535.*; got "x"/],
    [['--host', 'http://localhost'], {}, /^--host: expected a host name or an IP address, without scheme/],
    [['--trust-proxy', '0.0.0.0/0'], {}, /^--trust-proxy: expected .*never the whole internet; got "0\.0\.0\.0\/0"/],
    [[], { GRANTWISE_LOG_LEVEL: 'loud' }, /^GRANTWISE_LOG_LEVEL: expected one of fatal, .*; got "loud"/],
    [[], { GRANTWISE_SECRET: 'short' }, /^GRANTWISE_SECRET: expected at least 32 characters.*openssl rand.*; got 5/],
    [['--config', 'nowhere.json'], {}, /nowhere\.json: expected a file that this process can read; got ENOENT/],
  ])('%j %j', async (args, env, words) => {
    // A bad value of the environment must not be outdone by the flag that keeps these starts quiet.
    await expectRefusal(place(), args, [words], { env, quiet: false })
  })

  test.each([
    [
      'an unknown key, with the one that was meant',
      '{"prot": 4000}',
      /: prot: expected one of .*; got an unknown key.*did you mean port/i,
    ],
    [
      'text that is not JSON, with its place',
      '{\n  "port": 4000,\n}',
      /expected a JSON object; got text that is not JSON, at line 3, column 1/,
    ],
    ['text that ends too soon', '{"port": 4', /got text that is not JSON/],
    [
      'a value of another kind',
      '{"port": "many"}',
      /grantwise\.config\.json: port: expected a whole number .*; got "many"/,
    ],
    [
      'a secret, which no such file may hold',
      '{"secret": "s3cret-of-forty-characters-at-the-very-least"}',
      /secret: expected it in GRANTWISE_SECRET/,
    ],
  ])('a file with %s', async (_, text, words) => {
    const where = place()
    where.write('grantwise.config.json', text)
    await expectRefusal(where, [], [words, /^(?!.*s3cret)/s])
  })

  test('everything that is wrong, at once', async () => {
    const where = place()
    where.write('grantwise.config.json', '{"host": "", "prot": 1}')
    await expectRefusal(where, ['--port', '99999'], [/--port: expected/, /: host: expected/, /: prot: expected/])
  })
})
