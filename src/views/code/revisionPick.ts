import { l10n, QuickPickItemKind, window, type QuickPickItem } from 'vscode';
import type { CodeReader } from '../../code/reader';
import { formatAge } from '../../core/format';
import type { Repository } from './codeSections';
import type { CodeTarget } from './codeTarget';
import { visible } from './codeText';

export interface RevisionItem extends QuickPickItem {
  readonly target: CodeTarget;
}

type Kind = 'branch' | 'remoteBranch' | 'tag' | 'commit';

/** Branches, tags and the last commits, as a quick pick lists them. */
export async function revisionItems(
  reader: CodeReader,
  { status: { root }, refs }: Repository,
  kinds: readonly Kind[],
): Promise<(RevisionItem | QuickPickItem)[]> {
  const branches = refs.local.map(({ name, current, tip, subject }): RevisionItem => ({
    label: `$(git-branch) ${name}`,
    description: `${tip.slice(0, 8)} ${visible(subject)}${current ? ` · ${l10n.t('current')}` : ''}`,
    target: { kind: 'branch', root, name, current },
  }));
  const remote = [...refs.remotes.values()].flat().map(({ name, remote: from, tip, subject }): RevisionItem => ({
    label: `$(cloud) ${from}/${name}`,
    description: `${tip.slice(0, 8)} ${visible(subject)}`,
    target: { kind: 'remoteBranch', root, remote: from, name: `${from}/${name}` },
  }));
  const tags = refs.tags.map(({ name, commit, subject }): RevisionItem => ({
    label: `$(tag) ${name}`,
    description: `${commit.slice(0, 8)} ${visible(subject)}`,
    target: { kind: 'tag', root, name },
  }));
  const now = Date.now();
  const commits = kinds.includes('commit')
    ? (await reader.log(root, { max: 200 })).map(({ hash, subject, author, time }): RevisionItem => ({
        label: `$(git-commit) ${visible(subject)}`,
        description: `${hash.slice(0, 8)} ${visible(author)}, ${formatAge(time, now)}`,
        target: { kind: 'commit', root, hash, subject },
      }))
    : [];
  const part = (kind: Kind, label: string, items: readonly RevisionItem[]): (RevisionItem | QuickPickItem)[] =>
    kinds.includes(kind) && items.length > 0 ? [{ label, kind: QuickPickItemKind.Separator }, ...items] : [];
  return [
    ...part('branch', l10n.t('branches'), branches),
    ...part('remoteBranch', l10n.t('remote branches'), remote),
    ...part('tag', l10n.t('tags'), tags),
    ...part('commit', l10n.t('commits'), commits),
  ];
}

/** A revision that a person picks. */
export async function pickRevision(
  reader: CodeReader,
  repository: Repository,
  kinds: readonly Kind[],
  title: string,
): Promise<CodeTarget | undefined> {
  const items = revisionItems(reader, repository, kinds);
  const choice = await window.showQuickPick(items, { title, matchOnDescription: true });
  return choice && 'target' in choice ? choice.target : undefined;
}
