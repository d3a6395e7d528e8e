import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { profileContent } from '../../../../src/data/content/contentProfile';
import { openPlace } from '../../../../src/data/content/contentSource';
import type { ColumnProfile, Profile, ProfileOptions } from '../../../../src/data/content/profile';

/** A folder of real data files that a test writes. */
export class ContentFolder {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'content-')));

  write(path: string, content: string | Uint8Array): string {
    const file = this.path(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  path(path: string): string {
    return join(this.root, path);
  }

  async profile(path: string, options: ProfileOptions = {}): Promise<Profile> {
    return profileContent(await openPlace({ kind: 'path', path: this.path(path) }), options);
  }

  async profileOf(path: string, content: string | Uint8Array, options: ProfileOptions = {}): Promise<Profile> {
    this.write(path, content);
    return this.profile(path, options);
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A profile's column by name. */
export function columnOf(profile: Profile, name: string): ColumnProfile {
  const found = profile.columns?.find((column) => column.name === name);
  if (!found) throw new Error(`no column ${name} among ${profile.columns?.map((column) => column.name).join(', ')}`);
  return found;
}

/** Numbers from 0 to 1 that are the same in every run. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** An IDX file of unsigned bytes. */
export function idxFile(shape: readonly number[], data: Uint8Array, type = 8): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = type;
  header[3] = shape.length;
  shape.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
  return Buffer.concat([header, data]);
}

/** A NumPy file, version 1. */
export function npyFile(descr: string, shape: readonly number[], data: Uint8Array, fortran = false): Buffer {
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const padded = text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11) + '\n';
  const head = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 0, 0]);
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded), data]);
}
