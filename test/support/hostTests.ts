// Runs test/host/<group> inside the extension host of a real VS Code, each group in a start of its own.
import { readdirSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ensureCodeServer } from '../../scripts/codeServer.mjs';
import type { HostResult } from './hostFiles';
import { runInHost } from './hostRun';
import { openStore } from '../../src/store/sqlite/store';
import { makeWorkspace } from './workspace';

const checkout = process.cwd();
const groups = ['trusted', 'restricted'] as const;
/** Parts of the names of test files; none: all of them. */
const chosen = process.argv.slice(2);

function testsOf(group: string): string[] {
  const all = readdirSync(join(checkout, 'test', 'host', group)).filter((name) => name.endsWith('.test.ts'));
  return chosen.length === 0 ? all : all.filter((name) => chosen.some((part) => name.includes(part)));
}

/** Two runs at once don't take each other's away. */
function bundled(group: string): string {
  return join(checkout, '.vscode-test', 'host', `${group}-${process.pid}`);
}

async function bundle(group: string): Promise<string> {
  const outdir = bundled(group);
  rmSync(outdir, { recursive: true, force: true });
  const tests = testsOf(group);
  await build({
    entryPoints: [join(checkout, 'test/host/run.ts'), ...tests.map((name) => join(checkout, 'test/host', group, name))],
    entryNames: '[name]',
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    sourcemap: 'inline',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
  return join(outdir, 'run.cjs');
}

async function runGroup(group: (typeof groups)[number]): Promise<HostResult> {
  const workspace = await makeWorkspace();
  try {
    if (group === 'restricted') {
      await recordARun(join(workspace.folder, '.tracking'));
      await nameARemote(workspace.folder);
    }
    return await runInHost({
      extensionPath: checkout,
      testsPath: await bundle(group),
      workspace: workspace.folder,
      trust: group === 'restricted',
      settings: group === 'restricted' ? { 'security.workspace.trust.startupPrompt': 'never' } : {},
      timeout: 300_000,
    });
  } finally {
    await workspace.dispose();
    rmSync(bundled(group), { recursive: true, force: true });
  }
}

/** What is there to read before the workspace is opened. */
async function recordARun(store: string): Promise<void> {
  const engine = await openStore(store, { create: true });
  const experimentId = await engine.experiments.create('made before');
  await engine.runs.create({ experimentId, name: 'readable' });
  await engine.close();
}

/** What a workspace that nobody trusts may not do: say which servers are spoken to. */
async function nameARemote(folder: string): Promise<void> {
  await mkdir(join(folder, '.vscode'));
  await writeFile(join(folder, '.vscode', 'settings.json'), JSON.stringify({ 'mlTracking.remote.uri': 'http://127.0.0.1:9' }));
}

await ensureCodeServer();
let failed = 0;
for (const group of groups.filter((each) => testsOf(each).length > 0)) {
  console.log(`\n${group} workspace`);
  const result = await runGroup(group);
  if (result.passed === 0) throw new Error(`No test ran in the ${group} workspace.`);
  failed += result.failed;
}
process.exitCode = failed > 0 ? 1 : 0;
