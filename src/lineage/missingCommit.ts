import type { CodeReader } from '../code/reader';
import { withoutSecrets } from '../code/remoteUrl';
import { missing, type TrackingError } from '../core/errors';
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
  const command = `git fetch ${from}${branch === undefined ? '' : ` ${branch}`}`;
  return missing(
    `the commit ${short} of ${name} is not in ${root}: get it with \`${command}\`${known === undefined && remote !== undefined ? ', or open the repository that it is from' : ''}`,
  );
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
