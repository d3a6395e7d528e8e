import { relative, resolve } from 'node:path';
import type { DataMetadata } from '../../core/dataMetadata';
import { saysNothing } from '../../core/dataMetadata';
import { invalid, missing } from '../../core/errors';
import { findTrackedOut } from '../../data/used/dataVersion';
import { metadataOf } from '../../data/metadata/metadata';
import type { MetadataChange } from '../../data/metadata/metadataEdit';
import { describedOut, writeMetadata } from '../../data/metadata/metadataFile';
import { importDep } from '../../data/status/recordedIndex';
import type { Stage } from '../../data/records/stage';
import { jsonText, type Output } from '../output';

export interface DescribeFlags {
  readonly desc?: string;
  readonly type?: string;
  readonly source?: string;
  readonly label?: readonly string[];
  readonly unlabel?: readonly string[];
  readonly step?: readonly string[];
  readonly removeStep?: readonly string[];
  readonly transformation?: readonly string[];
  readonly removeTransformation?: readonly string[];
}

/** Prints what is said of data, after changing what the flags name. */
export async function describeData(path: string, flags: DescribeFlags, output: Output): Promise<void> {
  const target = resolve(path);
  const found = await findTrackedOut(target);
  if (!found) throw missing(`DVC doesn't track ${path}: \`dvc add\` it first.`);
  const { root, out: tracked } = found;
  const place = { root, file: tracked.recordedIn, target: tracked.target };
  const now = metadataOf((await describedOut(place)).out);
  const change = changeOf(now, flags);
  const name = (file: string): string => relative(process.cwd(), file) || '.';
  if (Object.keys(change).length > 0) {
    if (tracked.target !== target) throw invalid(`${path} is in ${name(tracked.target)}, which is tracked as a whole: describe that.`);
    const { group } = await writeMetadata(place, change);
    if (group !== undefined) output.say(`Every item of the stage ${group} is described by this.\n`);
  }
  const { stage, out } = await describedOut(place);
  const metadata = metadataOf(out);
  const imported = sourceOf(stage);
  const recordedIn = name(tracked.recordedIn);
  if (output.json)
    output.out(
      jsonText({ path: name(tracked.target), recordedIn, stage: stage.name ?? null, importedFrom: imported ?? null, ...nullsIn(metadata) }),
    );
  else output.out(metadataText(name(tracked.target), recordedIn, metadata, imported));
}

/** Where an import is from, which dvc itself keeps. */
function sourceOf(stage: Stage): string | undefined {
  const source = importDep(stage)?.source;
  return source && [source.url, source.revision ?? source.locked].filter((part) => part !== undefined && part !== '').join(' @ ');
}

function metadataText(path: string, recordedIn: string, metadata: DataMetadata, imported: string | undefined): string {
  const { description, type, labels, source, preprocessing, transformations, other } = metadata;
  const numbered = (name: string, list: readonly string[]): [string, string][] =>
    list.map((each, index) => [index === 0 ? name : '', `${index + 1}. ${each}`]);
  const facts: [string, string][] = [
    ...(description === undefined ? [] : [['description', description] as [string, string]]),
    ...(type === undefined ? [] : [['type', type] as [string, string]]),
    ...(labels.length === 0 ? [] : [['labels', labels.join(', ')] as [string, string]]),
    ...(source === undefined ? [] : [['source', source] as [string, string]]),
    ...(imported === undefined ? [] : [['imported', imported] as [string, string]]),
    ...numbered('steps', preprocessing),
    ...numbered('transforms', transformations),
    ...Object.entries(other).map(([key, value]): [string, string] => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
  ];
  const nothing =
    saysNothing(metadata) && imported === undefined ? '  nothing is said of it yet: --desc, --type, --label, --source, --step\n' : '';
  const lines = facts.map(([name, value]) => `  ${name.padEnd(12)}${value.replace(/\s*\n\s*/g, `\n${' '.repeat(14)}`)}\n`);
  return `${path} (${recordedIn})\n${lines.join('')}${nothing}`;
}

function changeOf(now: DataMetadata, flags: DescribeFlags): MetadataChange {
  const { desc, type, source, label, unlabel, step, removeStep, transformation, removeTransformation } = flags;
  return {
    ...(desc === undefined ? {} : { description: desc }),
    ...(type === undefined ? {} : { type }),
    ...(source === undefined ? {} : { source }),
    ...(label || unlabel
      ? {
          labels: changedList(
            now.labels,
            label?.filter((each) => !now.labels.includes(each)),
            unlabel,
            'label',
          ),
        }
      : {}),
    ...(step || removeStep ? { preprocessing: changedList(now.preprocessing, step, removeStep, 'step') } : {}),
    ...(transformation || removeTransformation
      ? { transformations: changedList(now.transformations, transformation, removeTransformation, 'transformation') }
      : {}),
  };
}

/** What goes is named by its text, or by its number from 1. */
function changedList(now: readonly string[], added: readonly string[] = [], gone: readonly string[] = [], what: string): readonly string[] {
  const places = new Set<number>();
  for (const each of gone) {
    const exact = now.indexOf(each);
    const index = exact >= 0 ? exact : /^\d+$/.test(each) ? Number(each) - 1 : -1;
    if (now[index] === undefined) throw missing(`There is no ${what} “${each}”.`);
    places.add(index);
  }
  for (const each of added) if (each.trim() === '') throw invalid(`A ${what} must say something.`);
  return [...now.filter((_, index) => !places.has(index)), ...added];
}

/** JSON has no undefined; a key that is there with nothing is easier to read than one that isn't. */
function nullsIn(metadata: DataMetadata): Record<string, unknown> {
  return Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, value ?? null]));
}
