import { relative, sep } from 'node:path';
import {
  CodeLens,
  EventEmitter,
  Hover,
  l10n,
  languages,
  MarkdownString,
  Range,
  workspace,
  type CancellationToken,
  type CodeLensProvider,
  type Event,
  type HoverProvider,
  type Position,
  type TextDocument,
} from 'vscode';
import type { CodeReader } from '../../code/reader';
import { revision } from '../../code/side';
import { formatAge, formatNumber } from '../../core/format';
import type { Run } from '../../core/run';
import { TagName } from '../../core/tagNames';
import { CommandId } from '../../host/commandIds';
import type { Configuration } from '../../host/configuration';
import { Disposables } from '../../host/disposables';
import type { Disposable } from '../../core/disposable';
import { originalLine } from '../../lineage/changedLines';
import { headlineOf } from '../../lineage/commitRuns';
import { lastRuns, metricBlame, type BlamedChange } from '../../lineage/metricBlame';
import type { CodeRuns } from './codeRuns';
import type { RepositoryRuns } from './repositoryRuns';
import type { Repository } from './codeSections';
import type { CodeView } from './codeView';
import { visible } from './codeText';
import { deltaText } from './historyRows';

/** Files of parameters, relative to the repository. */
const PARAMETERS = /(^|\/)(params\.ya?ml|configs?\/[^/]+\.ya?ml)$/;
/** So many changes of a line are told. */
const TOLD = 5;

interface Blamable {
  readonly repository: Repository;
  readonly runs: RepositoryRuns;
  readonly head: string;
  /** Relative to the root. */
  readonly path: string;
}

/** In training scripts and files of parameters: the last runs at this commit, and what each change of a line did to the metric. */
export class MetricBlame implements CodeLensProvider, HoverProvider, Disposable {
  private readonly held = new Disposables();
  private readonly changed = this.held.add(new EventEmitter<void>());
  readonly onDidChangeCodeLenses: Event<void> = this.changed.event;

  constructor(
    private readonly reader: CodeReader,
    private readonly view: CodeView,
    private readonly runs: CodeRuns,
    private readonly configuration: Configuration,
  ) {
    const files = [{ scheme: 'file', pattern: '**/*.{yaml,yml,py,ipynb,ts,js,mjs,sh,R,jl}' }];
    this.held.add(languages.registerCodeLensProvider(files, this));
    this.held.add(languages.registerHoverProvider(files, this));
    this.held.add(runs.onDidChange(() => this.changed.fire()));
    this.held.add(view.onDidRead(() => this.changed.fire()));
    this.held.add(configuration.onDidChange(() => this.changed.fire()));
  }

  async provideCodeLenses(document: TextDocument): Promise<CodeLens[]> {
    const found = await this.blamable(document);
    if (!found) return [];
    const { runs, head } = found;
    const [newest, ...others] = lastRuns(head, runs.byCommit, runs.graph);
    if (!newest) return [];
    const here = runs.byCommit.has(head);
    const placed = runs.at(commitOf(newest, runs)).find(({ run }) => run.runId === newest.runId);
    const headline = headlineOf(newest, runs.key);
    const result = headline ? ` ${formatNumber(headline.value)} ${headline.key}` : '';
    const moved = placed?.change?.better === undefined ? '' : ` (${deltaText(placed.change.delta)})`;
    const age = formatAge(newest.startTime, Date.now());
    const more = others.length > 1 ? l10n.t(', {0} more runs', others.length) : others.length === 1 ? l10n.t(', 1 more run') : '';
    const where = here ? l10n.t('Last run at this commit') : l10n.t('Last run before this commit');
    return [
      new CodeLens(new Range(0, 0, 0, 0), {
        title: `$(beaker) ${where}: ${newest.runName}${result}${moved}, ${age}${more}`,
        tooltip: l10n.t('Show the run'),
        command: CommandId.openRun,
        arguments: [{ location: runs.locationOf(newest), runId: newest.runId }],
      }),
    ];
  }

  async provideHover(document: TextDocument, position: Position, token: CancellationToken): Promise<Hover | undefined> {
    if (document.lineAt(position.line).isEmptyOrWhitespace) return undefined;
    const found = await this.blamable(document);
    if (!found || token.isCancellationRequested) return undefined;
    const { repository, runs, head, path } = found;
    const { root } = repository.status;
    const stop = new AbortController();
    const listening = token.onCancellationRequested(() => stop.abort());
    try {
      const before = await this.reader.content(root, revision(head), path, { signal: stop.signal });
      if (!before) return undefined;
      const line = originalLine(linesOf(before.toString('utf8')), linesOf(document.getText()), position.line);
      if (line === undefined) return new Hover(new MarkdownString(l10n.t('This line is not committed yet: no run is known with it.')));
      const changes = await this.reader.lineHistory(root, path, line + 1, line + 1, { max: TOLD, signal: stop.signal });
      const blamed = metricBlame(changes, head, runs.byCommit, runs.graph, runs.key);
      return blamed.length === 0 ? undefined : new Hover(blameText(blamed));
    } catch (error) {
      if (token.isCancellationRequested) return undefined;
      throw error;
    } finally {
      listening.dispose();
    }
  }

  /** Undefined for files of which nothing is to be told. Of what the view has read: no git is started for a keystroke. */
  private async blamable({ uri }: TextDocument): Promise<Blamable | undefined> {
    const folder = workspace.getWorkspaceFolder(uri);
    if (!workspace.isTrusted || !folder || !this.configuration.metricBlame(folder)) return undefined;
    await this.view.want();
    const repository = this.view.repositoryAt(uri.fsPath);
    if (!repository || repository.status.head.kind === 'unborn') return undefined;
    const { root, head } = repository.status;
    const path = relative(root, uri.fsPath).split(sep).join('/');
    if (path.startsWith('../')) return undefined;
    const runs = await this.runs.of(this.reader, root, repository.refs, head.commit);
    return PARAMETERS.test(path) || trainsWith(path, runs) ? { repository, runs, head: head.commit, path } : undefined;
  }

  dispose(): void {
    this.held.dispose();
  }
}

/** Whether some run was made by this script. */
function trainsWith(path: string, { byCommit }: RepositoryRuns): boolean {
  for (const runs of byCommit.values())
    for (const { tags } of runs) {
      const source = tags[TagName.sourceName]?.replaceAll('\\', '/');
      if (source !== undefined && source !== '' && (source === path || source.endsWith(`/${path}`))) return true;
    }
  return false;
}

function commitOf(run: Run, { byCommit }: RepositoryRuns): string {
  for (const [commit, runs] of byCommit) if (runs.includes(run)) return commit;
  return '';
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/);
}

/** A line for each change, the newest first. */
function blameText(changes: readonly BlamedChange[]): MarkdownString {
  const text = new MarkdownString(undefined, true);
  text.appendMarkdown(`$(beaker) **${l10n.t('What changes of this line did')}**\n\n`);
  for (const { commit, before, after, moved } of changes) {
    text.appendMarkdown(`\`${commit.hash.slice(0, 8)}\` `).appendText(`${visible(commit.subject)}, ${formatAge(commit.time, Date.now())}`);
    text
      .appendMarkdown('  \n')
      .appendText(movedText(moved, before, after))
      .appendMarkdown('\n\n');
  }
  return text;
}

function movedText(moved: BlamedChange['moved'], before: readonly Run[], after: readonly Run[]): string {
  if (moved) {
    const values = `${moved.key} ${formatNumber(moved.before)} → ${formatNumber(moved.after)}`;
    if (moved.better === undefined) return l10n.t('{0}, the same', values);
    return `${values} ${deltaText(moved.delta)}, ${moved.better ? l10n.t('better') : l10n.t('worse')}`;
  }
  const newest = after[0];
  const headline = newest && headlineOf(newest);
  if (newest) return headline ? `${newest.runName}: ${headline.key} ${formatNumber(headline.value)}` : newest.runName;
  return before.length > 0 ? l10n.t('no run with it yet') : l10n.t('no run before or with it');
}
