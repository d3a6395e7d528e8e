// Side-by-side measurements: `npm run bench` runs every bench/*.ts, `npm run bench store` those whose name holds "store".
// Options after -- go to each, e.g. `npm run bench store -- --points 1000000`.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { endChildrenWithUs, ensureBuilt, ensureInstalled, node24, root, run } from './setup.mjs';

const [names, options] = split(process.argv.slice(2));

function split(args) {
  const at = args.findIndex((arg) => arg.startsWith('-'));
  if (at === -1) return [args, []];
  return [args.slice(0, at), args[at] === '--' ? args.slice(at + 1) : args.slice(at)];
}

try {
  endChildrenWithUs();
  await ensureInstalled();
  const all = readdirSync(join(root, 'bench')).filter((file) => file.endsWith('.ts'));
  const chosen = all.filter((file) => names.length === 0 || names.some((name) => file.includes(name)));
  if (chosen.length === 0) throw new Error(`No measurement is called ${names.join(' or ')}. There are: ${all.join(', ') || 'none yet'}.`);
  await ensureBuilt({ production: true });
  for (const file of chosen) {
    console.log(`\n━━ ${file}`);
    await run(node24(), ['--import', 'tsx', join('bench', file), ...options], { timeout: 1_800_000 });
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = error.exitCode ?? 1;
}
