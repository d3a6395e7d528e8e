import { isCount, isFields, isId } from './fields';
import type { GraphRequest, GraphState, GraphSubject } from './graph';

const MOST_SVG = 16 * 1024 * 1024;

/** A page's message, checked; undefined for anything that the protocol does not know. */
export function parseGraphRequest(message: unknown): GraphRequest | undefined {
  if (!isFields(message)) return undefined;
  const { type, id, svg } = message;
  switch (type) {
    case 'ready':
    case 'showLog':
      return { type };
    case 'open':
      return isId(id) ? { type, id } : undefined;
    case 'saveSvg':
      return typeof svg === 'string' && svg.length <= MOST_SVG && svg.startsWith('<svg ') ? { type, svg } : undefined;
    default:
      return undefined;
  }
}

/** A kept state, checked; undefined when it names no graph. */
export function parseGraphState(state: unknown): GraphState | undefined {
  if (!isFields(state)) return undefined;
  const subject = parseSubject(state['subject']);
  return subject && { version: 1, subject };
}

function parseSubject(value: unknown): GraphSubject | undefined {
  if (!isFields(value)) return undefined;
  const { kind, root, path, location, runId, name, version } = value;
  switch (kind) {
    case 'pipeline':
      return isId(root) ? { kind, root } : undefined;
    case 'data':
      return isId(root) && isId(path) ? { kind, root, path } : undefined;
    case 'run':
      return isId(location) && isId(runId) ? { kind, location, runId } : undefined;
    case 'model':
      return isId(location) && isId(name) && isCount(version, Number.MAX_SAFE_INTEGER) ? { kind, location, name, version } : undefined;
    default:
      return undefined;
  }
}
