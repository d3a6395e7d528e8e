import { posix } from 'node:path';
import { withoutSecrets } from '../code/remoteUrl';
import type { LineageGraph, LineageState } from '../core/lineageGraph';
import type { DataStatus, DepState, DepStatus, OutStatus, ParamsStatus, StageStatus } from '../data/status/status';
import type { ImportSource } from '../data/records/stage';
import { LineageBuilder, type NodeFacts } from './lineageBuilder';
import { OutPlaces } from './outPlaces';

/** The id of a tracked file or folder in every graph. `path`: from the repository's root. */
export const dataId = (path: string): string => `data:${path}`;
export const stageId = (address: string): string => `stage:${address}`;
const fileId = (path: string): string => `file:${path}`;

/**
 * A repository's stages with what they use and what they make, and where imports come from. Data that nobody uses and no stage makes is
 * left out unless it is named in `also`. Nothing is limited here.
 */
export function pipelineLineage(status: DataStatus, also: readonly string[] = []): LineageGraph {
  const builder = new LineageBuilder();
  const outs = new OutPlaces(status.outs);
  const addOut = (out: OutStatus): string => builder.node(outNode(out));
  for (const stage of status.stages) {
    const isImport = stage.name === undefined && stage.command === undefined;
    if (isImport && stage.deps.length === 0) continue;
    const made = stage.outs.map((path) => {
      const out = outs.at(path);
      return out ? addOut(out) : builder.node({ id: dataId(path), kind: 'data', label: path, state: 'error' });
    });
    const users = isImport ? made : [builder.node(stageNode(stage))];
    for (const dep of stage.deps) {
      const used = outs.related(dep.path);
      const from = used.length > 0 && !dep.source ? used.map(addOut) : [builder.node(depNode(dep, stage))];
      for (const each of from) for (const user of users) builder.edge(each, user);
    }
    for (const params of stage.params) {
      const id = fileId(params.path);
      if (!builder.has(id)) builder.node(paramsNode(params, status.stages));
      for (const user of users) builder.edge(id, user);
    }
    if (!isImport) for (const user of users) for (const each of made) builder.edge(user, each);
  }
  for (const path of also) {
    const out = outs.at(path);
    if (out) addOut(out);
  }
  return builder.build();
}

/** `9fb629c4 · 12 files` */
function outNode(out: OutStatus): NodeFacts {
  const facts = [
    ...(out.digest === undefined ? [] : [out.digest.slice(0, 8)]),
    ...(out.files === undefined ? [] : [out.files === 1 ? '1 file' : `${out.files} files`]),
    ...(out.kind === 'out' ? [] : [out.kind]),
  ];
  return {
    id: dataId(out.path),
    kind: 'data',
    label: out.path + (out.isFolder ? '/' : ''),
    detail: facts.length > 0 ? facts.join(' · ') : undefined,
    state: out.state,
    target: { kind: 'file', path: out.recordedIn, line: out.line },
  };
}

function stageNode({ address, command, file, line, frozen, isLocked, differences }: StageStatus): NodeFacts {
  const commands = [command ?? []].flat();
  const first = commands[0]?.trim().split('\n')[0] ?? '';
  const facts = [...(isLocked ? [] : ['never run']), ...(frozen ? ['frozen'] : []), ...(first === '' ? [] : [first])];
  return {
    id: stageId(address),
    kind: 'stage',
    label: address,
    detail: facts.length > 0 ? facts.join(' · ') : undefined,
    state: isLocked && differences.length === 0 ? 'unchanged' : 'modified',
    differences,
    target: { kind: 'file', path: file, line },
  };
}

function depNode(dep: DepStatus, { file, line }: StageStatus): NodeFacts {
  const { path, target, kind, state, source } = dep;
  if (source) return sourceNode(source, path, stateOf(state), { kind: 'file', path: file, line });
  const outside = target === undefined || posix.isAbsolute(path) || /^[A-Za-z]:/.test(path) || path.startsWith('../');
  const isThere = target !== undefined && state !== 'deleted';
  return {
    id: fileId(path),
    kind: outside ? 'source' : kind === 'data' ? 'data' : 'code',
    label: path,
    state: stateOf(state),
    target: isThere && !outside ? { kind: 'file', path: target, line: 1 } : undefined,
  };
}

/** @param record where the import stands, which is opened where the source itself can't be */
function sourceNode(
  { kind, url, revision, locked }: ImportSource,
  path: string,
  state: LineageState,
  record: NodeFacts['target'],
): NodeFacts {
  // A query may hold a signature.
  const place = withoutSecrets(url).replace(/^([a-z][a-z0-9+.-]*:\/\/[^?#]*)[?#].*$/is, '$1');
  const web = /^https?:\/\//i.test(place);
  const at = revision ?? locked?.slice(0, 8);
  const inside = kind === 'repository' ? path : undefined;
  const facts = [...(inside === undefined ? [] : [place]), ...(at === undefined ? [] : [at]), ...(kind === 'database' ? ['database'] : [])];
  return {
    id: `source:${JSON.stringify([place, inside ?? '', at ?? ''])}`,
    kind: 'source',
    label: inside === undefined ? place : `${posix.basename(place).replace(/\.git$/, '')}: ${inside}`,
    detail: facts.length > 0 ? facts.join(' · ') : undefined,
    state,
    target: web ? { kind: 'url', url: place } : record,
  };
}

/** What all stages use of a file of parameters, and whether any of it differs. */
function paramsNode({ path, target }: ParamsStatus, stages: readonly StageStatus[]): NodeFacts {
  const uses = stages.flatMap(({ params }) => params.filter((each) => each.path === path));
  const keys = new Map(uses.flatMap((each) => Object.entries(each.keys)));
  const changed = [...keys].filter(([, state]) => state !== 'unchanged' && state !== 'unknown').map(([key]) => key);
  const named = changed.length > 0 ? changed : [...keys.keys()];
  const more = named.length > 4 ? `, ${named.length - 4} more` : '';
  const worst = uses.map(({ state }) => stateOf(state)).find((state) => state !== 'unchanged');
  return {
    id: fileId(path),
    kind: 'code',
    label: path,
    detail: named.length === 0 ? 'parameters' : `${named.slice(0, 4).join(', ')}${more}`,
    state: worst ?? 'unchanged',
    differences: changed.length > 0 ? ['parameters'] : [],
    target: worst === 'deleted' ? undefined : { kind: 'file', path: target, line: 1 },
  };
}

function stateOf(state: DepState): LineageState {
  return state === 'new' ? 'modified' : state;
}
