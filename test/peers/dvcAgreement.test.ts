import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asSets, differenceIn, Tally, type Difference } from './dvc/agreement';
import { DvcProcess, plainEnvironment } from './dvc/dvcProcess';
import { questionsOf } from './dvc/questions';
import { TriedRepository } from './dvc/repository';
import { sequence } from './dvc/sequences';
import { shortened } from './dvc/shortened';
import { dataSource } from './dvc/sources';
import { printedCase, type Case } from './dvc/steps';
import { KEPT } from './dvcCases';

/** Repositories of so many seeds, from this one on, are made for each version. A longer search is `DVC_SEED=1000 DVC_SEQUENCES=200`. */
const SEED = Number(process.env['DVC_SEED'] ?? 1);
const SEQUENCES = Number(process.env['DVC_SEQUENCES'] ?? 3);
/** Newest first, with which ours agrees; `node scripts/peers.mjs dvc` installs them. Each gets seeds of its own. */
const VERSIONS = (process.env['DVC_VERSIONS'] ?? 'dvc,dvc-3.55,dvc-3.33').split(',');
const PLACE = join(import.meta.dirname, '../../.vscode-test');

const python = (name: string): string => join(PLACE, name, 'bin/python');
const missing = VERSIONS.filter((name) => !existsSync(python(name)));

if (missing.length > 0) {
  const text = `agreement with the real dvc (${missing.join(', ')} not installed; \`node scripts/peers.mjs dvc\` does it).`;
  if (process.env['CI'] && process.platform !== 'win32') throw new Error(text);
  console.log(`Skipped: ${text}`);
} else
  describe('agreement with the real dvc', function () {
    this.timeout(600_000);
    const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'ml-dvc-')));
    const outer = { ...process.env };
    let versions: TriedVersion[] = [];

    before(async () => {
      const environment = plainEnvironment(scratch);
      // Ours reads the same settings as dvc and git do.
      Object.assign(process.env, environment);
      versions = await Promise.all(
        VERSIONS.map((name, index) => TriedVersion.start(join(scratch, name), python(name), environment, index)),
      );
    });
    after(async () => {
      for (const { version, tally } of versions) {
        console.log(`      dvc ${version}: ${tally.answers} answers compared; refused by it: ${JSON.stringify(tally.refused)}`);
        console.log(`      done: ${JSON.stringify(tally.done)}`);
      }
      await Promise.all(versions.map(({ dvc }) => dvc.dispose()));
      for (const name of Object.keys(process.env)) if (!(name in outer)) delete process.env[name];
      Object.assign(process.env, outer);
      rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
    });

    /** All side by side: each version waits for its own process most of the time. */
    const everywhere = async (check: (tried: TriedVersion) => Promise<void>): Promise<void> => {
      const failures = (await Promise.allSettled(versions.map(check))).filter((result) => result.status === 'rejected');
      if (failures.length > 0)
        throw failures.length === 1 ? failures[0]?.reason : new AggregateError(failures.map(({ reason }) => reason as Error));
    };

    it('asks in one process what the program answers', () => everywhere((tried) => tried.checkProgram()));
    for (const kept of KEPT) it(`holds in a kept case: ${kept.name}`, () => everywhere((tried) => tried.check(kept)));
    for (let seed = SEED; seed < SEED + SEQUENCES; seed++)
      it(`holds through a repository's life (seed ${seed})`, () =>
        everywhere((tried) => tried.check(sequence(seed * VERSIONS.length + tried.index))));
  });

/** One version of dvc, and how far ours agrees with it. */
class TriedVersion {
  readonly tally = new Tally();

  private constructor(
    readonly dvc: DvcProcess,
    readonly version: string,
    readonly index: number,
    private readonly python: string,
  ) {}

  static async start(scratch: string, python: string, environment: NodeJS.ProcessEnv, index: number): Promise<TriedVersion> {
    mkdirSync(scratch);
    const dvc = new DvcProcess(python, scratch, environment);
    return new TriedVersion(dvc, await dvc.version(), index, python);
  }

  async check(tried: Case): Promise<void> {
    const difference = await this.differenceIn(tried, this.tally);
    if (difference) assert.fail(await this.told(tried, difference));
  }

  /** Whether the process that all others ask says what a program says that begins anew. */
  async checkProgram(): Promise<void> {
    const { dvc } = this;
    const repository = await TriedRepository.make(dvc, 'git');
    for (const step of sequence(SEED).steps) if (step !== 'ask') await repository.do(step);
    const questions = await questionsOf(repository, this.version);
    // One of each kind: a program takes a second to begin.
    for (const { args, folder = '.' } of new Map(questions.map((question) => [question.ours.kind, question])).values()) {
      const cwd = join(repository.root, folder);
      const { code, out } = await dvc.run(cwd, args);
      if (code !== 0) continue;
      const env = { ...dvc.environment, DVC_SITE_CACHE_DIR: mkdtempSync(join(dvc.scratch, 'site-')) };
      const printed = execFileSync(this.python, ['-m', 'dvc', ...args], { cwd, env, encoding: 'utf8' });
      assert.deepEqual(asSets(JSON.parse(printed)), asSets(JSON.parse(out)), args.join(' '));
    }
    repository.remove();
  }

  private differenceIn(tried: Case, tally: Tally, only?: string): Promise<Difference | undefined> {
    return differenceIn(this.dvc, this.version, tried, dataSource, tally, only);
  }

  /** With the shortest sequence that shows it, to be kept. */
  private async told({ start, steps }: Case, difference: Difference): Promise<string> {
    const { question } = difference;
    const untold = new Tally();
    const short = await shortened(
      steps.slice(0, difference.steps - 1),
      async (some) => (await this.differenceIn({ start, steps: [...some, 'ask'] }, untold, question))?.question === question,
    );
    const kept: Case = { start, steps: [...short, 'ask'] };
    const last = (await this.differenceIn(kept, untold, question)) ?? difference;
    return [
      `${question} differs after step ${difference.steps}:`,
      `dvc ${this.version}: ${JSON.stringify(last.dvc)}`,
      `ours: ${JSON.stringify(last.ours)}`,
      ...last.complaints,
      'To keep in dvcCases.ts:',
      printedCase(question, kept),
    ].join('\n');
  }
}
