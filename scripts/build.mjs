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
