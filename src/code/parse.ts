import type {
  ChangeKind,
  Commit,
  Conflict,
  FileChange,
  Head,
  LocalBranch,
  Refs,
  RemoteBranch,
  SubmoduleChange,
  Tag,
  TreeStatus,
  Upstream,
} from './repository';

const KINDS: Readonly<Record<string, ChangeKind>> = {
  M: 'modified',
  A: 'added',
  D: 'deleted',
  R: 'renamed',
  C: 'copied',
  T: 'type changed',
};

const CONFLICTS: Readonly<Record<string, string>> = {
  DD: 'both deleted',
  AU: 'added by us',
  UD: 'deleted by them',
  UA: 'added by them',
  DU: 'deleted by us',
  AA: 'both added',
  UU: 'both modified',
};

/** Reads `git status --porcelain=v2 --branch -z`. */
export function parseStatus(output: string): TreeStatus {
  const headers = new Map<string, string>();
  const staged: FileChange[] = [];
  const changed: FileChange[] = [];
  const untracked: string[] = [];
  const conflicted: Conflict[] = [];
  const records = output.split('\0');
  for (let i = 0; i < records.length; i++) {
    const record = records[i] ?? '';
    switch (record[0]) {
      case '#': {
        const [, name = '', value = ''] = /^# (\S+) ([^]*)$/.exec(record) ?? [];
        headers.set(name, value);
        break;
      }
      case '1':
      case '2': {
        // A rename's score is one field more, and its old path is the next record.
        const renamed = record[0] === '2';
        const fields = split(record, renamed ? 9 : 8);
        const xy = fields[1] ?? '..';
        const path = fields.at(-1) ?? '';
        const from = renamed ? records[++i] : undefined;
        const within = submoduleChanges(fields);
        for (const [letter, list, inside] of [
          [xy[0], staged, within?.staged],
          [xy[1], changed, within?.changed],
        ] as const) {
          const kind = KINDS[letter ?? '.'];
          const old = kind === 'renamed' || kind === 'copied' ? from : undefined;
          if (kind) list.push({ path, kind, from: old, submodule: inside !== undefined, ...(inside && { within: inside }) });
        }
        break;
      }
      case 'u': {
        const fields = split(record, 10);
        conflicted.push({ path: fields.at(-1) ?? '', kind: CONFLICTS[fields[1] ?? ''] ?? 'in conflict' });
        break;
      }
      case '?':
        untracked.push(record.slice(2));
        break;
      default:
        break;
    }
  }
  return { head: headOf(headers), upstream: upstreamOf(headers), staged, changed, untracked, conflicted };
}

/** Reads `SCMU`, with a dot for what is not so, and the commits of HEAD and index; undefined for what is no submodule (`N...`). */
function submoduleChanges(fields: readonly string[]): { readonly staged: SubmoduleChange; readonly changed: SubmoduleChange } | undefined {
  const [, , state = '', , , , head, index] = fields;
  if (!state.startsWith('S')) return undefined;
  const known = (hash: string | undefined): string | undefined => (hash === undefined || /^0+$/.test(hash) ? undefined : hash);
  return {
    staged: { from: known(head), to: known(index), commits: head !== index, modified: false, untracked: false },
    changed: { from: known(index), to: undefined, commits: state[1] === 'C', modified: state[2] === 'M', untracked: state[3] === 'U' },
  };
}

function headOf(headers: ReadonlyMap<string, string>): Head {
  const commit = headers.get('branch.oid') ?? '(initial)';
  const name = headers.get('branch.head') ?? '(detached)';
  if (commit === '(initial)') return { kind: 'unborn', name };
  return name === '(detached)' ? { kind: 'detached', commit } : { kind: 'branch', name, commit };
}

function upstreamOf(headers: ReadonlyMap<string, string>): Upstream | undefined {
  const name = headers.get('branch.upstream');
  if (name === undefined) return undefined;
  const counts = /^\+(\d+) -(\d+)$/.exec(headers.get('branch.ab') ?? '');
  return { name, gone: !counts, ahead: Number(counts?.[1] ?? 0), behind: Number(counts?.[2] ?? 0) };
}

/** Splits at the first `count` spaces; the rest, which may hold spaces, is the last field. */
function split(record: string, count: number): string[] {
  const fields: string[] = [];
  let from = 0;
  for (let i = 0; i < count; i++) {
    const space = record.indexOf(' ', from);
    if (space < 0) break;
    fields.push(record.slice(from, space));
    from = space + 1;
  }
  fields.push(record.slice(from));
  return fields;
}

/** The fields of one ref, each ended by NUL; the record ends at the newline that git adds. No field can hold a newline. */
export const REF_FORMAT = ['refname', 'objectname', '*objectname', 'upstream', 'upstream:track', 'HEAD', 'symref', 'contents:subject']
  .map((field) => `%(${field})%00`)
  .join('');

/** Reads `git for-each-ref --format=REF_FORMAT`; `remotes` are the configured remotes' names. */
export function parseRefs(output: string, remotes: readonly string[]): Refs {
  const local: LocalBranch[] = [];
  const tags: Tag[] = [];
  const byRemote = new Map<string, RemoteBranch[]>(remotes.map((remote) => [remote, []]));
  const fields = output.split('\0');
  for (let i = 0; i + 8 <= fields.length; i += 8) {
    const [ref = '', object = '', peeled = '', upstream = '', track = '', head = '', symref = '', subject = ''] = fields.slice(i, i + 8);
    const name = ref.replace(/^\n/, '');
    if (name.startsWith('refs/heads/')) {
      local.push({ name: name.slice(11), tip: object, upstream: tracked(upstream, track), subject, current: head === '*' });
    } else if (name.startsWith('refs/tags/')) {
      tags.push({ name: name.slice(10), commit: peeled || object, subject, annotated: peeled !== '' });
    } else if (name.startsWith('refs/remotes/') && symref === '') {
      const full = name.slice(13);
      const remote = remoteOf(full, remotes);
      const branches = byRemote.get(remote) ?? [];
      byRemote.set(remote, branches);
      branches.push({ name: full.slice(remote.length + 1), remote, tip: object, subject });
    }
  }
  for (const branches of [local, ...byRemote.values()]) branches.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { local, remotes: byRemote, tags };
}

function tracked(ref: string, track: string): Upstream | undefined {
  if (ref === '') return undefined;
  const count = (word: string): number => Number(new RegExp(`${word} (\\d+)`).exec(track)?.[1] ?? 0);
  return { name: ref.replace(/^refs\/(remotes|heads)\//, ''), gone: track === '[gone]', ahead: count('ahead'), behind: count('behind') };
}

/** A remote's name may hold slashes, so the longest configured one that fits is meant. */
function remoteOf(branch: string, remotes: readonly string[]): string {
  const fitting = remotes.filter((remote) => branch.startsWith(`${remote}/`)).sort((a, b) => b.length - a.length);
  return fitting[0] ?? branch.split('/', 1)[0] ?? branch;
}

/** The fields of one commit, each ended by NUL. */
export const LOG_FORMAT = ['%H', '%P', '%an', '%ct', '%D', '%s'].map((field) => `${field}%x00`).join('');

/** Reads `git log --decorate=full --format=LOG_FORMAT`. */
export function parseLog(output: string): Commit[] {
  const commits: Commit[] = [];
  const fields = output.split('\0');
  for (let i = 0; i + 6 <= fields.length; i += 6) {
    const [hash = '', parents = '', author = '', time = '', refs = '', subject = ''] = fields.slice(i, i + 6);
    commits.push({
      hash: hash.replace(/^\n/, ''),
      parents: parents.split(' ').filter(Boolean),
      author,
      time: Number(time) * 1000,
      refs: refs
        .split(', ')
        .map((ref) => ref.replace(/^(HEAD -> |tag: )/, ''))
        .filter((ref) => ref !== '' && ref !== 'HEAD'),
      subject,
    });
  }
  return commits;
}
