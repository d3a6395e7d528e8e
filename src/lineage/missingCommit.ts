import type { CodeReader } from '../code/reader';
import { withoutSecrets } from '../code/remoteUrl';
import { missing, type TrackingError } from '../core/errors';
import { pastableLine } from '../core/shellLine';
import type { RunCode } from './runCode';

/** The run's commit as the repository has it; undefined for nothing, as before the first commit. Rejects with what to do where the commit isn't here. */
export async function commitOf(reader: CodeReader, root: string, name: string, code: RunCode): Promise<string | undefined> {
  if (code.unborn) return undefined;
  if (code.commit === undefined) throw missing(`${name} doesn't know its commit: it was trained outside of a git repository`);
  const found = await reader.commit(root, code.commit);
  if (found !== undefined) return found;
  throw await missingCommit(reader, root, name, code);
}

async function missingCommit(
  reader: CodeReader,
  root: string,
  name: string,
  { commit = '', branch, remote }: RunCode,
): Promise<TrackingError> {
  const short = commit.slice(0, 10);
  const remotes = await reader.remoteUrls(root);
  const known = remote === undefined ? undefined : [...remotes].find(([, url]) => sameRepository(url, remote))?.[0];
  const from = known ?? (remote === undefined ? [...remotes.keys()][0] : remote);
  if (from === undefined) return missing(`the commit ${short} of ${name} is not in ${root}, and neither knows a remote that may have it`);
  const command = fetchCommand(from, branch, process.platform);
  const here = `the commit ${short} of ${name} is not in ${root}`;
  if (command === undefined) return missing(`${here}: fetch it, or open the repository that it is from`);
  const elsewhere = known === undefined && remote !== undefined ? ', or open the repository that it is from' : '';
  return missing(`${here}: get it with \`${command}\`${elsewhere}`);
}

/**
 * What a person may paste; both names may come from somebody else's run, so that neither an option, nor a program of git's own kind
 * (`ext::…`), nor a second branch that is overwritten (`a:b`) comes of them. Undefined where the remote can't be written.
 */
export function fetchCommand(remote: string, branch: string | undefined, platform: NodeJS.Platform): string | undefined {
  if (remote === '' || /^[^/:]*::/.test(remote)) return undefined;
  // eslint-disable-next-line no-control-regex
  const isBranch = branch !== undefined && /^[^-+\u0000-\u0020~^:?*[\\\u007f][^\u0000-\u0020~^:?*[\\\u007f]*$/.test(branch);
  const [from, of] = [remote.startsWith('-') ? ['--', remote] : [remote], isBranch ? [branch] : []];
  return pastableLine(['git', 'fetch', ...from, ...of], platform) ?? pastableLine(['git', 'fetch', ...from], platform);
}

/** Whether two URLs mean one repository: over whichever protocol, with or without `.git`, a user or a password. */
export function sameRepository(one: string, other: string): boolean {
  return place(one) === place(other);
}

function place(url: string): string {
  const plain = withoutSecrets(url.trim())
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  const remote =
    /^(?:[a-z][a-z0-9+.-]*:\/\/)(?:[^/@]*@)?([^/:]+)(?::\d+)?\/+([^]*)$/i.exec(plain) ??
    /^(?:[^/@]+@)?([^/:\\]{2,}):(?!\/\/)([^]*)$/.exec(plain);
  return remote ? `${(remote[1] ?? '').toLowerCase()}/${(remote[2] ?? '').replace(/^\/+/, '')}` : plain.replaceAll('\\', '/');
}
