// Builds the package that is published: the program in a few files that start quickly and hold little memory, the types
// of what can be imported, the files that pages link to, and the licences of what the program is made of.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import buildWeb from './build-web.mjs'

// Code finds its workers, its assets and package.json from where it stands, so all of it stands two folders deep.
const modules = 'dist/program'
const workers = ['identity/password-worker', 'store/maintenance-worker', 'store/copy-worker']

rmSync('dist', { recursive: true, force: true })
const { status } = spawnSync('tsc -p tsconfig.build.json', { stdio: 'inherit', shell: true })
if (status !== 0) process.exit(status ?? 1)

const bundle = await rolldown({
  input: {
    main: 'src/main.ts',
    index: 'src/index.ts',
    ...Object.fromEntries(workers.map(worker => [`program/${worker.split('/')[1]}`, `src/${worker}.ts`])),
  },
  platform: 'node',
  plugins: [withoutSchemas(), inAscii()],
})
const { output } = await bundle.write({
  dir: 'dist',
  chunkFileNames: 'program/[name]-[hash].js',
  // Names stay as they are written, for whoever reads a stack trace.
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
})
await bundle.close()
await buildAdvisor()
await buildWeb()
for (const file of readdirSync('src/http/assets').filter(name => !name.endsWith('.ts'))) {
  cpSync(join('src/http/assets', file), join(modules, file))
}
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', licences(output.flatMap(({ moduleIds = [] }) => moduleIds)))
chmodSync('dist/main.js', 0o755)

/** The advisor for other programs, browsers among them: one file, as small as it gets. */
async function buildAdvisor() {
  const bundle = await rolldown({ input: 'src/advisor/index.ts', platform: 'neutral' })
  await bundle.write({ file: 'dist/advisor/index.js', minify: true })
  await bundle.close()
}

/**
 * Leaves out what Fastify would compile JSON schemas with: no route has one, and src/http/create-http.ts hands Fastify
 * a factory of its own. Half a megabyte of it would be read at each start and held for good.
 */
function withoutSchemas() {
  const unused = ['@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler']
  return {
    name: 'without-schemas',
    resolveId: specifier => (unused.includes(specifier) ? `\0${specifier}` : undefined),
    load: id =>
      unused.some(it => id === `\0${it}`)
        ? 'module.exports = () => { throw new TypeError("there are no schemas") }'
        : undefined,
  }
}

/** One letter beyond Latin 1 would make V8 hold all of a file's text in two bytes for each. */
function inAscii() {
  const escaped = unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
  return {
    name: 'in-ascii',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === 'chunk')
          file.code = file.code.replace(/\P{ASCII}/gu, letter => letter.split('').map(escaped).join(''))
      }
    },
  }
}

/** The licence of every package that a module came from, as each asks to be carried along. */
function licences(moduleIds) {
  const folders = moduleIds.flatMap(id => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id)?.[0] ?? [])
  return [...new Set(folders)]
    .sort()
    .map(folder => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      const file = readdirSync(folder).find(entry => /^licen[cs]e/i.test(entry))
      const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim()
      return `${name} ${version} (${license})\n\n${text}\n`
    })
    .join(`\n${'-'.repeat(80)}\n\n`)
}
