// How long the Code view's refresh takes in a large repository: `node --import tsx bench/code.ts [files] [commits]`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodeReader } from '../src/code/reader';

const files = Number(process.argv[2] ?? 50_000);
const commits = Number(process.argv[3] ?? 10_000);
const root = mkdtempSync(join(tmpdir(), 'ml-code-bench-'));
const git = (args: readonly string[], input?: string): string =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 30, ...(input === undefined ? {} : { input }) });

try {
  git(['init', '--quiet', '--initial-branch=main']);
  git(['fast-import', '--quiet'], history());
  git(['reset', '--quiet', '--hard']);
  git(['status', '--short']);
  const lines: string[] = [];
  const reader = new CodeReader((line) => lines.push(line.replace(/ \[.*\]/, '')));
  const times: number[] = [];
  for (let i = 0; i < 7; i++) {
    lines.length = 0;
    const began = performance.now();
    await Promise.all([reader.status(root), reader.branches(root), reader.log(root)]);
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  console.log(lines.join('\n'));
  console.log(
    `${files} files, ${commits} commits: refresh ${times.map((time) => time.toFixed(0)).join(', ')} ms (median ${times[3]?.toFixed(0)})`,
  );
  const began = performance.now();
  const graph = await reader.graph(root);
  console.log(`graph of ${graph.size} commits ${(performance.now() - began).toFixed(0)} ms`);
  const plain = performance.now();
  git(['status', '--porcelain=v2', '--branch', '-z']);
  console.log(`plain git status ${(performance.now() - plain).toFixed(0)} ms`);
  reader.dispose();
} finally {
  rmSync(root, { recursive: true, force: true });
}

/** A first commit with all files, then one change a commit, 50 branches and 50 tags. */
function history(): string {
  const parts: string[] = [];
  const commit = (mark: number, changes: string): string =>
    `commit refs/heads/main\nmark :${mark}\ncommitter Ada <ada@example.org> ${1_700_000_000 + mark} +0000\ndata 6\nchange\n${changes}\n`;
  const file = (i: number, text: string): string => `M 100644 inline folder${i % 500}/file${i}.py\ndata ${text.length}\n${text}\n`;
  parts.push(commit(1, Array.from({ length: files }, (_, i) => file(i, `print(${i})\n`)).join('')));
  for (let mark = 2; mark <= commits; mark++) parts.push(commit(mark, file(mark % files, `print("${mark}")\n`)));
  for (let i = 0; i < 50; i++) {
    const at = Math.max(1, Math.floor((commits * (i + 1)) / 50));
    parts.push(`reset refs/heads/branch${i}\nfrom :${at}\n\nreset refs/tags/v${i}\nfrom :${at}\n\n`);
  }
  return parts.join('');
}
