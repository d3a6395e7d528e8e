import { anyChange } from './changes';
import { Choice, FILES, FOLDERS, MEMBERS } from './names';
import { PARAMS, pipeline } from './pipelines';
import type { Case, Start, Step } from './steps';

const STARTS: readonly Start[] = ['git', 'git', 'git', 'git', 'below', 'below', 'uncommitted', 'without git'];
/** After so many questions a repository is done with: the later, the more of it is beyond repair. */
const QUESTIONS = 8;

/** A repository that lives: something to begin with, then changes, with a comparison after each few. */
export function sequence(seed: number): Case {
  const choice = new Choice(seed);
  const start = choice.of(STARTS);
  const steps: Step[] = [...opening(choice), 'ask'];
  for (let asked = 1; asked < QUESTIONS; asked++) {
    const changes = 1 + choice.below(3);
    for (let i = 0; i < changes; i++) steps.push(...anyChange(choice));
    steps.push('ask');
  }
  return { start, steps };
}

function opening(choice: Choice): Step[] {
  const steps: Step[] = [];
  if (choice.chance(0.3)) steps.push({ dvc: ['config', 'cache.type', choice.of(['copy', 'hardlink', 'symlink', 'reflink,copy'])] });
  if (choice.chance(0.6)) steps.push({ dvc: ['remote', 'add', '-q', '-d', 'local', '{remote}'] });
  steps.push({ dvc: ['remote', 'add', '-q', 'second', '{outside}/second'] });
  for (const path of FILES) steps.push({ write: path, text: choice.chance(0.6) ? `${path}\n` : choice.text() });
  for (const folder of FOLDERS)
    for (const member of MEMBERS)
      if (choice.chance(0.5)) steps.push({ write: `${folder}/${member}`, text: choice.chance(0.5) ? `${member}\r\n` : choice.text() });
  const tracked = [...FILES, ...FOLDERS].filter(() => choice.chance(0.7));
  if (tracked.length > 0) steps.push({ dvc: ['add', '-q', ...tracked] });
  if (choice.chance(0.6)) {
    steps.push(...PARAMS, ...pipeline(choice));
    if (choice.chance(0.7)) steps.push({ dvc: ['repro', '-q'] });
  }
  if (choice.chance(0.7)) steps.push({ git: ['add', '.'] }, { git: ['commit', '-q', '-m', 'data'] });
  if (choice.chance(0.4)) steps.push({ dvc: ['push', '-q'] });
  return steps;
}
