import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import { readConfig } from '../../src/data/records/config';
import { RecordFiles } from '../../src/data/records/recordFiles';
import { scanRepository, type Scan } from '../../src/data/records/scan';
import { RecordCases, type RepositoryFiles } from './dvc/recordCases';
import { writtenCases } from './dvc/recordExamples';
import { plainScan } from './dvc/recordText';

/** Compares how records are read with the real dvc, whose program the environment names: stages, their hashes, their templates. */
const DVC = process.env['DVC_BIN'];
const SEED = Number(process.env['DVC_SEED'] ?? 7);
const CASES = Number(process.env['DVC_RECORD_CASES'] ?? 300);

interface Answer {
  readonly stages: Readonly<Record<string, unknown>>;
  readonly errors: Readonly<Record<string, string>>;
  readonly tops: Readonly<Record<string, unknown>>;
}

if (DVC === undefined) console.log('Skipped: records as the real dvc reads them. Set DVC_BIN to the dvc program to compare with it.');
else
  describe('records as the real dvc reads them', function () {
    this.timeout(600_000);
    let folder = '';
    before(() => (folder = realpathSync(mkdtempSync(join(tmpdir(), 'ml-records-')))));
    after(() => rmSync(folder, { recursive: true, force: true }));

    function write(name: string, files: RepositoryFiles): string {
      const root = join(folder, name);
      for (const [path, text] of Object.entries({ '.dvc/config': '[core]\n    no_scm = True\n', ...files })) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), text);
      }
      return root;
    }

    async function scan(root: string): Promise<Scan> {
      const { parsing } = await readConfig(root);
      return scanRepository(root, new RecordFiles(root), { gitRules: false, parsing });
    }

    async function answers(roots: readonly string[]): Promise<Answer[]> {
      const python = join(dirname(execFileSync('which', [String(DVC)], { encoding: 'utf8' }).trim()), 'python');
      const env = { ...process.env, DVC_NO_ANALYTICS: '1', DVC_SITE_CACHE_DIR: join(folder, 'site') };
      const child = spawn(python, [join(import.meta.dirname, 'dvc', 'stages.py')], { env, stdio: ['pipe', 'pipe', 'ignore'] });
      child.stdin.end(roots.map((root) => `${root}\n`).join(''));
      const lines: Answer[] = [];
      for await (const line of createInterface({ input: child.stdout })) lines.push(JSON.parse(line) as Answer);
      if (child.exitCode === null) await once(child, 'exit');
      return lines;
    }

    async function compare(cases: readonly (readonly [string, RepositoryFiles])[]): Promise<number> {
      const roots = cases.map(([name, files]) => write(name, files));
      const expected = await answers(roots);
      assert.equal(expected.length, roots.length);
      let read = 0;
      const differences: string[] = [];
      for (const [i, [name, files]] of cases.entries()) {
        const found = await scan(roots[i] ?? '');
        const answer = expected[i] as Answer;
        const isRefused = Object.keys(answer.errors).length > 0;
        const broken = found.broken.map(({ file, message, line }) => `${file}:${line} ${message}`).join('\n');
        const { stages, tops } = await plainScan(roots[i] ?? '', found);
        const pipelines = Object.fromEntries(Object.entries(answer.tops).filter(([path]) => path.endsWith('dvc.yaml')));
        const wrong =
          found.broken.length > 0 !== isRefused
            ? `dvc: ${JSON.stringify(answer.errors)}\nwe: ${broken}`
            : isRefused
              ? ''
              : difference({ stages: answer.stages, tops: pipelines }, { stages, tops });
        if (!isRefused) read++;
        const shown = Object.entries(files).map(([path, text]) => `--- ${path}\n${text}`);
        if (wrong !== '') differences.push(`${name}\n${wrong}\n${shown.join('\n')}`);
      }
      assert.ok(differences.length === 0, `${differences.length} differ\n${differences.slice(0, 5).join('\n======\n')}`);
      return read;
    }

    it('are the same in all that is written by hand', async () => {
      assert.ok((await compare(Object.entries(writtenCases))) > 20);
    });

    it(`are the same in ${CASES} that are made up (seed ${SEED})`, async () => {
      const made = new RecordCases(SEED);
      const cases: [string, RepositoryFiles][] = [];
      for (let i = 0; i < CASES; i++) {
        const files = made.files();
        const names = (await scan(write(`names${i}`, files))).stages.flatMap(({ name }) => (name === undefined ? [] : [name]));
        cases.push([`made${i}`, { ...files, ...made.lock(names), ...made.record() }]);
      }
      const read = await compare(cases);
      assert.ok(read > CASES / 3, `dvc takes only ${read} of ${CASES}`);
    });
  });

/** Where two answers differ, by the paths of what differs. */
function difference(expected: unknown, found: unknown, path = ''): string {
  if (isDeepStrictEqual(expected, found)) return '';
  const isBranch = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (!isBranch(expected) || !isBranch(found)) return `${path}: dvc ${JSON.stringify(expected)}, we ${JSON.stringify(found)}\n`;
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(found)])];
  return keys.map((key) => difference(expected[key], found[key], `${path}/${key}`)).join('');
}
