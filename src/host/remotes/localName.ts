import { posix } from 'node:path';

/** Names that Windows keeps for devices, whatever stands behind a dot. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** A file's own name, so that the editor knows its kind, in characters that every system takes. */
export function localName(path: string): string {
  const name = [...posix.basename(path)].map((character) => (/[<>:"|?*\\/]/.test(character) || character < ' ' ? '_' : character)).join('');
  const ended = name.replace(/[. ]+$/, '_').slice(-120) || 'artifact';
  return DEVICES.test(ended) ? `_${ended}` : ended;
}
