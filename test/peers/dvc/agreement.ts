import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { DataSource } from '../../../src/data/source';
import type { DvcProcess, Outcome } from './dvcProcess';
import { operationsOf, type Operation } from './operations';
import { questionsOf, type Question } from './questions';
import { TriedRepository } from './repository';
import type { Case } from './steps';

/** Where ours said something else than dvc, or said something else when it had been asked before than when it had not. */
export interface Difference {
  readonly question: string;
  /** Steps up to the question at which it showed. */
  readonly steps: number;
  readonly dvc: unknown;
  readonly ours: unknown;
  /** What of dvc's own commands failed on the way: a step that did nothing explains much. */
  readonly complaints: readonly string[];
}

/** How many answers were compared, which questions dvc itself refused, and how often each operation was really done. */
export class Tally {
  answers = 0;
  readonly refused: Record<string, number> = {};
  readonly done: Partial<Record<Operation, number>> = {};

  refuse(reason: string): void {
    this.refused[reason] = (this.refused[reason] ?? 0) + 1;
  }

  did(operation: Operation): void {
    this.done[operation] = (this.done[operation] ?? 0) + 1;
  }
}

/**
 * Does a case in a new repository and compares all answers wherever it says 'ask'; ends at the first difference, or when dvc has no
 * answers any more. `sources` makes ours,
 * as it begins: one is asked throughout, as an editor does, and one anew each time, as the terminal's program does.
 */
export async function differenceIn(
  dvc: DvcProcess,
  version: string,
  tried: Case,
  sources: () => DataSource,
  tally: Tally,
  only?: string,
): Promise<Difference | undefined> {
  const repository = await TriedRepository.make(dvc, tried.start);
  const lasting = sources();
  try {
    for (const [index, step] of tried.steps.entries()) {
      if (step !== 'ask') {
        if (await repository.do(step)) for (const operation of operationsOf(step)) tally.did(operation);
        continue;
      }
      const questions = await questionsOf(repository, version);
      const found = await compare(dvc, repository, questions, lasting, sources, tally, only);
      if (found === 'refused') break;
      if (found) return { ...found, steps: index + 1, complaints: repository.complaints };
    }
    return undefined;
  } finally {
    lasting.dispose();
    repository.remove();
  }
}

async function compare(
  dvc: DvcProcess,
  repository: TriedRepository,
  questions: readonly Question[],
  lasting: DataSource,
  sources: () => DataSource,
  tally: Tally,
  only: string | undefined,
): Promise<Pick<Difference, 'question' | 'dvc' | 'ours'> | 'refused' | undefined> {
  const fresh = sources();
  const ours = new Map<Question, unknown[]>();
  for (const question of questions) ours.set(question, [await answerOf(lasting, question), await answerOf(fresh, question)]);
  fresh.dispose();
  const contents = repository.contentNames();
  let refused = 0;
  const kept = repository.objects.keep();
  for (const question of questions) {
    const outcome = await dvc.run(join(repository.root, question.folder ?? '.'), question.args);
    if (question !== questions.at(-1)) kept.restore();
    const theirs = theirAnswer(outcome);
    if (theirs === undefined) {
      const reason = `${question.name}: ${complaintOf(outcome)}`;
      tally.refuse(reason);
      refused++;
      continue;
    }
    if (only !== undefined && only !== question.name) continue;
    tally.answers++;
    for (const answer of ours.get(question) ?? [])
      if (!isDeepStrictEqual(comparable(question, theirs, contents), comparable(question, answer, contents)))
        return { question: question.name, dvc: theirs, ours: answer };
  }
  return refused === questions.length ? 'refused' : undefined;
}

/** What ours says; in the place of an answer, what it complains of. */
async function answerOf(source: DataSource, question: Question): Promise<unknown> {
  try {
    const { answer, errors } = await source.answer(question.ours);
    return errors.length === 0 ? answer : { answer, errors: errors.map(({ path, message }) => `${path}: ${message}`) };
  } catch (error) {
    return { thrown: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** Undefined where dvc had no answer at all. */
function theirAnswer({ code, out }: Outcome): unknown {
  if (code !== 0) return undefined;
  return JSON.parse(out.slice(out.search(/[[{]/u))) as unknown;
}

function complaintOf({ code, err }: Outcome): string {
  const lines = err.split('\n').filter((line) => line.startsWith('ERROR'));
  return (lines.at(-1) ?? `exit code ${code}`).replace(/'[^']*'|`[^`]*`|\/\S+/gu, '…').slice(0, 120);
}

function comparable(question: Question, answer: unknown, contents: ReadonlyMap<string, string>): unknown {
  const { ours } = question;
  if (typeof answer !== 'object' || answer === null) return answer;
  // What older ones don't count at all is hidden by now, and leaves empty lists.
  if (ours.kind === 'diff' && ours.hideMissing)
    return asSets(Object.fromEntries(Object.entries(answer).filter(([, list]) => !Array.isArray(list) || list.length > 0)));
  if (ours.kind !== 'cloudStatus') return asSets(answer);
  return asSets(Object.fromEntries(Object.entries(answer).map(([name, state]) => [contentOf(name, contents), state])));
}

/** A lock names outs from the stage's working folder: where a name isn't known, its end is. */
function contentOf(name: string, contents: ReadonlyMap<string, string>): string {
  const parts = name.split('/');
  const known = parts.map((_, index) => contents.get(parts.slice(index).join('/'))).find((content) => content !== undefined);
  return known ?? name;
}

/** The order of lists has no meaning in these answers. */
export function asSets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asSets).sort((a, b) => compareText(JSON.stringify(a), JSON.stringify(b)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, each]): [string, unknown] => [key, asSets(each)])
      .sort(([a], [b]) => compareText(a, b)),
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
