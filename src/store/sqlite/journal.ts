import { statfsSync } from 'node:fs';

/** What `statfs` calls the file systems that are shared over a network, or that map memory as badly as those. */
const NETWORK_TYPES: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x517b, 'SMB'],
  [0x65735546, 'FUSE'],
  [0x01021997, '9p'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x564c, 'NCP'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x47504653, 'GPFS'],
  [0x19830326, 'BeeGFS'],
  [0x20030528, 'OrangeFS'],
  [0x013111a8, 'IBRIX'],
  [0x786f4256, 'vboxsf'],
]);
/** macOS numbers its file systems as they are loaded; only the mount point's shape tells. */
const MAC_NETWORK = /^\/(Volumes\/[^/]+\.(local|lan)|Network\/|net\/|private\/var\/automount\/)/;

export interface Journal {
  readonly mode: 'WAL' | 'DELETE';
  /** What a person should know; undefined in the usual case. */
  readonly warning: string | undefined;
}

/**
 * A write-ahead log needs memory shared by all who use the file, which network file systems don't give; there the
 * rollback journal is the safe one.
 * @param type the file system's number as statfs gives it; undefined where it isn't known
 */
export function chooseJournal(folder: string, platform: NodeJS.Platform, type: number | undefined): Journal {
  const name = networkName(folder, platform, type);
  if (name === undefined) return { mode: 'WAL', warning: undefined };
  return {
    mode: 'DELETE',
    warning: `${folder} is on a network file system (${name}). The store uses a rollback journal there: safe as long as the file system's locks work, but slower, and other machines' writes are noticed late.`,
  };
}

function networkName(folder: string, platform: NodeJS.Platform, type: number | undefined): string | undefined {
  if (platform === 'win32') return /^[\\/]{2}(?![?.][\\/](?!UNC[\\/]))/i.test(folder) ? 'UNC path' : undefined;
  if (platform === 'darwin') return MAC_NETWORK.test(folder) ? 'network volume' : undefined;
  return type === undefined ? undefined : NETWORK_TYPES.get(type >>> 0);
}

/** The number of the folder's file system. */
export function fileSystemType(folder: string): number | undefined {
  try {
    return statfsSync(folder).type;
  } catch {
    return undefined;
  }
}
