import { posix } from 'node:path';

/** Names that Windows keeps for devices, whatever stands behind a dot. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** In bytes: most systems take 255, and the half-written file has a longer name. */
const LONGEST = 180;

/** A file's own name, so that the editor knows its kind, in characters that every system takes. */
export function localName(path: string): string {
  const name = [...posix.basename(path)].map((character) => (/[<>:"|?*\\/]/.test(character) || character < ' ' ? '_' : character)).join('');
  const ended = endOf(name.replace(/[. ]+$/, '_')) || 'artifact';
  return DEVICES.test(ended) ? `_${ended}` : ended;
}

/** As much of a name's end, where its kind stands, as every system takes. */
function endOf(name: string): string {
  let rest = [...name];
  while (Buffer.byteLength(rest.join('')) > LONGEST) rest = rest.slice(1);
  return rest.join('');
}
