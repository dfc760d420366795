// Builds the package that is published: plain JavaScript with types, and the files that pages link to.
import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

rmSync('dist', { recursive: true, force: true })
const { status } = spawnSync('tsc -p tsconfig.build.json', { stdio: 'inherit', shell: true })
if (status !== 0) process.exit(status ?? 1)
for (const file of readdirSync('src/http/assets').filter(name => !name.endsWith('.ts'))) {
  cpSync(join('src/http/assets', file), join('dist/http/assets', file))
}
chmodSync('dist/main.js', 0o755)
