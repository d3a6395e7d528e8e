import { FILES, FOLDERS } from './names';
import type { Step } from './steps';

type Done = Exclude<Step, 'ask'>;

const dvc = (step: Done, command: string, isIt: (args: readonly string[], folder: string) => boolean = () => true): boolean =>
  'dvc' in step && step.dvc[0] === command && isIt(step.dvc, step.in ?? '.');
const pathsOf = (step: Done): string[] =>
  Object.entries(step as Readonly<Record<string, string | readonly string[]>>).flatMap(([key, value]) =>
    ['write', 'append', 'rename', 'to', 'dvc', 'folder'].includes(key) ? [value].flat() : [],
  );
const setsLinks = (step: Done, type: string): boolean =>
  dvc(step, 'config', (args) => args[1] === 'cache.type' && (args[2] ?? '').startsWith(type));

/** What people do with data, by name: sequences have to come by all of it. */
export const OPERATIONS = {
  add: (step: Done) => dvc(step, 'add'),
  'edit a file': (step: Done) => 'append' in step || ('write' in step && !/\.dvc$|\.ya?ml$|ignore$|\.lock$/u.test(step.write)),
  touch: (step: Done) => 'touch' in step,
  chmod: (step: Done) => 'chmod' in step,
  'lines that end with CRLF': (step: Done) => 'write' in step && step.text.includes('\r\n'),
  'names that are not ASCII': (step: Done) => pathsOf(step).some((path) => /[^\x20-\x7e]/u.test(path)),
  rename: (step: Done) => 'rename' in step || dvc(step, 'move'),
  'a file where a folder was': (step: Done) => 'write' in step && FOLDERS.includes(step.write),
  'a folder where a file was': (step: Done) =>
    ('write' in step && FILES.some((file) => step.write.startsWith(`${file}/`))) || ('folder' in step && FILES.includes(step.folder)),
  'an empty folder': (step: Done) => 'folder' in step,
  'delete data': (step: Done) => 'remove' in step,
  'drop an object of the cache': (step: Done) => 'drop' in step && step.drop === 'cache',
  'drop an object of the remote': (step: Done) => 'drop' in step && step.drop === 'remote',
  'damage an object': (step: Done) => 'damage' in step,
  'commit a part to git': (step: Done) => 'git' in step && step.git[0] === 'add' && step.git[1] !== '.',
  'commit a part to the cache': (step: Done) => dvc(step, 'commit', (args) => args.length > 3),
  'change a pipeline': (step: Done) => 'write' in step && step.write.endsWith('dvc.yaml'),
  'change params': (step: Done) => 'write' in step && /(?:params\.yaml|other\.json|conf\.toml|consts\.py)$/u.test(step.write),
  reproduce: (step: Done) => dvc(step, 'repro'),
  freeze: (step: Done) => dvc(step, 'freeze'),
  'import from a URL': (step: Done) => dvc(step, 'import-url'),
  'import from a repository': (step: Done) => dvc(step, 'import'),
  'update an import': (step: Done) => dvc(step, 'update'),
  'work in a folder below': (step: Done) => ('dvc' in step && step.in !== undefined) || ('write' in step && step.write.startsWith('sub/')),
  'set a local remote': (step: Done) => dvc(step, 'remote'),
  push: (step: Done) => dvc(step, 'push'),
  'fetch or pull': (step: Done) => dvc(step, 'fetch') || dvc(step, 'pull'),
  'check out': (step: Done) => dvc(step, 'checkout'),
  'links by copies': (step: Done) => setsLinks(step, 'copy'),
  'links by hard links': (step: Done) => setsLinks(step, 'hardlink'),
  'links by symbolic links': (step: Done) => setsLinks(step, 'symlink'),
  'links by clones': (step: Done) => setsLinks(step, 'reflink'),
  ignore: (step: Done) =>
    ('write' in step && step.write.endsWith('.dvcignore')) || ('append' in step && step.append.endsWith('.gitignore')),
  'a record of an older dvc': (step: Done) => 'write' in step && step.write.endsWith('.dvc'),
  'go to another commit': (step: Done) => 'git' in step && ['checkout', 'reset', 'stash'].includes(step.git[0] ?? ''),
} as const;

export type Operation = keyof typeof OPERATIONS;

const entries = Object.entries(OPERATIONS) as [Operation, (step: Done) => boolean][];

export function operationsOf(step: Done): Operation[] {
  return entries.filter(([, isIt]) => isIt(step)).map(([name]) => name);
}
