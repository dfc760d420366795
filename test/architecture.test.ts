import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const src = resolve(import.meta.dirname, '../src')

/**
 * What each part may import: other parts (by folder, or one file of one), and packages (`node:*` is one). The store
 * implements the ports that keys, identity and admin declare, and sees nothing else of them.
 */
const walls: Readonly<Record<string, readonly string[]>> = {
  core: ['core'],
  advisor: ['advisor', 'core'],
  doctor: ['doctor'],
  snippets: ['snippets', 'core', 'advisor'],
  identity: ['identity', 'core', 'node:*', 'ipaddr.js', '@zxcvbn-ts/language-common'],
  admin: ['admin', 'core', 'identity', 'advisor', 'node:*', 'zod', 'yaml', 'diff'],
  journeys: ['journeys', 'core'],
  audit: ['audit', 'core'],
  metrics: ['metrics', 'core', 'prom-client'],
  config: ['config', 'core/retired.ts', 'admin/redirect-uri.ts', 'admin/nearest.ts', 'node:*', 'zod'],
  control: ['control', 'journeys', 'node:*'],
  keys: ['keys', 'core', 'node:*', 'jose'],
  outgoing: ['outgoing', 'node:*', 'ipaddr.js'],
  store: ['store', 'core', 'audit', 'identity/ports.ts', 'keys/ports.ts', 'admin/ports.ts', 'node:*'],
  backup: ['backup', 'store', 'keys', 'control', 'node:*'],
  // A resource server knows its issuer by name and published keys: never by store, keys or pages.
  demo: ['demo', 'core/ports.ts', 'core/reasons.ts', 'node:*', 'jose', 'fastify'],
  http: [
    'http',
    'core',
    'advisor',
    'doctor',
    'snippets',
    'identity',
    'admin',
    'journeys',
    'metrics/metrics.ts',
    'keys',
    'store',
    'node:*',
    'fastify',
    'bowser',
    'cookie',
    'preact',
    'preact-render-to-string',
    'htm',
  ],
}

interface Import {
  readonly from: string
  /** A file below src, or a package. */
  readonly to: string
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(file => /(?<!\.test|\.d)\.ts$/.test(file))
const imports: readonly Import[] = files.flatMap(importsOf)

function importsOf(file: string): Import[] {
  const whole = readFileSync(join(src, file), 'utf8')
  // What a snippet imports, it imports elsewhere.
  const text = file.startsWith('snippets/') ? whole.slice(0, whole.search(/ text`|$/)) : whole
  // Statements, side-effect imports and import(): never the words of a sentence.
  const statement = /^(?:import|export)\s[^'"`()=]*?\sfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'/gm
  return [...text.matchAll(statement)]
    .map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '')
    .map(specifier => ({
      from: file,
      to: specifier.startsWith('.') ? relative(src, resolve(src, dirname(file), specifier)) : packageOf(specifier),
    }))
}

function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return 'node:*'
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

test.each(Object.keys(walls))('src/%s imports only what its wall lets through', part => {
  const allowed = walls[part] ?? []
  const through = imports
    .filter(({ from }) => from.startsWith(`${part}/`))
    .filter(({ to }) => !allowed.some(it => to === it || to.startsWith(`${it}/`)))
  expect(through).toEqual([])
})

test('the composition root is imported by commands and the package entry only', () => {
  const importers = imports.filter(({ to }) => to === 'compose.ts').map(({ from }) => from)
  expect(importers.filter(from => !from.startsWith('cli/') && from !== 'index.ts')).toEqual([])
})

test('nobody imports main.ts', () => {
  expect(imports.filter(({ to }) => to === 'main.ts')).toEqual([])
})

test('src/demo takes nothing but types from the core and from fastify', () => {
  const values = files
    .filter(file => file.startsWith('demo/'))
    .filter(file =>
      /^import (?!type )[^\n]*'(\.\.\/(\.\.\/)?core\/|fastify')/m.test(readFileSync(join(src, file), 'utf8')),
    )
  expect(values).toEqual([])
})

const impurity =
  /\b(?:Date|Math\.random|performance|setTimeout|setInterval|setImmediate|console|Buffer|crypto)\b|\bprocess\.|\bfetch\(/

test.each(['core', 'advisor', 'doctor', 'snippets'])(
  'src/%s has no clock, no randomness and no I/O but those handed in',
  part => {
    const impure = files.filter(file => file.startsWith(`${part}/`)).filter(file => impurity.test(code(file)))
    expect(impure).toEqual([])
  },
)

const parts = new Set(files.map(file => file.replace(/\/.*/, '/')))

test('every folder of src stands behind a wall, or is a command', () => {
  const folders = [...parts].filter(it => it.endsWith('/')).map(it => it.slice(0, -1))
  expect(folders.filter(it => !(it in walls) && it !== 'cli')).toEqual([])
})

test('docs/architecture.md lists every part of src, and no other', () => {
  const text = readFileSync(join(src, '../docs/architecture.md'), 'utf8')
  const listed = [...text.matchAll(/^src\/(\S+) /gm)].map(([, it]) => it)
  expect(listed.toSorted()).toEqual([...parts].sort())
})

test('what runs in a browser takes from the server its pages and what they are made of, never what reaches a machine', () => {
  const reached = new Set<string>()
  const reach = (file: string): void => {
    if (reached.has(file)) return
    reached.add(file)
    if (file.endsWith('.ts')) for (const { to } of importsOf(file)) reach(to)
  }
  for (const file of readdirSync(join(src, '../web')).filter(it => it.endsWith('.ts'))) reach(`../web/${file}`)
  const allowed =
    /^(?:advisor|core|snippets|http\/pages|admin\/(?:advised-client|(?:mend-)?redirect-uri))\b|^http\/read-advisor-(?:parts|state)\.ts$|^preact|^htm$|^\.\.\/web\//
  expect([...reached].filter(it => !allowed.test(it))).toEqual([])
})

function code(file: string): string {
  const text = readFileSync(join(src, file), 'utf8')
  // Of a snippet, only what writes it: what it says runs elsewhere.
  const ours = file.startsWith('snippets/') ? text.replaceAll(/`[^`]*`|'[^'\n]*'/g, '') : text
  return ours.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
}
