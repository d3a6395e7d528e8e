import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml';
import { invalid } from '../../core/errors';
import type { Stage, StageOut } from '../records/stage';
import type { YamlPath } from './yamlEdit';

/** Where in its record an out is described. */
export interface MetadataPlace {
  /** Of the mapping that has, or is to have, `desc` and the others. */
  readonly keys: YamlPath;
  /** Of the item in `outs`, where it is a text as yet, without keys. */
  readonly text: YamlPath | undefined;
  /** The group of stages (`foreach`, `matrix`) whose outs are all described there. */
  readonly group: string | undefined;
}

/** Finds an out of a stage in its record's text. Throws a TrackingError where it can't be told which entry it is. */
export function placeInRecord(text: string, stage: Stage, out: StageOut): MetadataPlace {
  if (stage.name === undefined) return { keys: ['outs', stage.outs.indexOf(out)], text: undefined, group: undefined };
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', version: '1.2', uniqueKeys: false, logLevel: 'silent', lineCounter: lines });
  const stages = child(document.contents, 'stages');
  const group = child(stages, stage.name) ? undefined : stage.name.split('@')[0];
  const name = group ?? stage.name;
  const definition = child(stages, name);
  const above = child(definition, 'foreach') ? ['stages', name, 'do'] : ['stages', name];
  const section = out.kind === 'out' ? 'outs' : `${out.kind}s`;
  const list = child(child(definition, 'foreach') ? child(definition, 'do') : definition, section);
  const found: { path: YamlPath; key: string; isText: boolean }[] = [];
  for (const [index, item] of (isSeq(list) ? (list.items as Node[]) : []).entries()) {
    if (lines.linePos(item.range?.[0] ?? 0).line !== out.line) continue;
    const path = [...above, section, index];
    if (isScalar(item)) found.push({ path, key: String(item.value), isText: true });
    else if (isMap(item)) for (const { key } of item.items) if (isScalar(key)) found.push({ path, key: String(key.value), isText: false });
  }
  const exact = found.filter(({ key }) => key === out.path);
  const [only, more] = exact.length > 0 ? exact : found;
  if (!only || more)
    throw invalid(`${out.path} can't be told apart from other outs of ${stage.address} in line ${out.line}: edit the file by hand.`);
  const { path, key, isText } = only;
  return { keys: [...path, key], text: isText ? path : undefined, group };
}

function child(node: Node | null | undefined, key: string): Node | undefined {
  if (!isMap(node)) return undefined;
  return (node.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.value as Node | null | undefined) ?? undefined;
}
