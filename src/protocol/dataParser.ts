import type { DataRequest, DataSide, DataState, DataSubject, RecordedSide } from './data';
import { isFields, isId } from './fields';

/** A page's message, checked; undefined for anything that the protocol does not know. */
export function parseDataRequest(message: unknown): DataRequest | undefined {
  if (!isFields(message)) return undefined;
  const { type, inside } = message;
  switch (type) {
    case 'ready':
    case 'cancel':
    case 'swap':
    case 'fetch':
    case 'showLog':
      return { type };
    case 'narrow':
      return inside === undefined || isInside(inside) ? { type, inside } : undefined;
    default:
      return undefined;
  }
}

/** A kept state, checked; undefined when it names no data. */
export function parseDataState(state: unknown): DataState | undefined {
  if (!isFields(state)) return undefined;
  const subject = parseSubject(state['subject']);
  if (!subject) return undefined;
  return { version: 1, subject, inside: isInside(state['inside']) ? state['inside'] : undefined };
}

function parseSubject(value: unknown): DataSubject | undefined {
  if (!isFields(value) || !isId(value['root']) || !isId(value['label']) || !Array.isArray(value['sides'])) return undefined;
  const [first, second, ...more] = (value['sides'] as unknown[]).map(parseSide);
  if (!first || more.length > 0 || (value['sides'].length === 2 && !second)) return undefined;
  return { root: value['root'], label: value['label'], sides: second ? [first, second] : [first] };
}

function parseSide(value: unknown): DataSide | undefined {
  if (!isFields(value) || !isId(value['path']) || !isId(value['name'])) return undefined;
  const { path, name, revision, content } = value;
  // Git would take what begins with a dash for an option.
  if (revision !== undefined && revision !== null && (!isId(revision) || revision.startsWith('-'))) return undefined;
  const recorded = parseRecorded(content);
  // Without what it names, it would be shown as the working tree.
  if (content !== undefined && content !== null && (!recorded || (revision ?? undefined) !== undefined)) return undefined;
  return { path, name, revision: revision ?? undefined, ...(recorded && { content: recorded }) };
}

/** A digest becomes a path in the cache: it must be one. */
function parseRecorded(value: unknown): RecordedSide | undefined {
  if (!isFields(value)) return undefined;
  const { target, hashName, digest } = value;
  if (!isId(target) || !isId(digest) || !/^[0-9a-f]{32}(\.dir)?$/.test(digest)) return undefined;
  return hashName === 'md5' || hashName === 'md5-dos2unix' ? { target, hashName, digest } : undefined;
}

/** A path below a folder, with `/`, which never leads out of it. */
function isInside(value: unknown): value is string {
  return isId(value) && !/^([/\\]|[A-Za-z]:)|\0/.test(value) && value.split(/[/\\]/).every((part) => part !== '..' && part !== '');
}
