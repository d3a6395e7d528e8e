import { l10n, Uri, window, workspace } from 'vscode';
import type { DataMetadata, MetadataField, MetadataList, MetadataText } from '../../core/dataMetadata';
import { metadataOf } from '../../data/metadata/metadata';
import type { MetadataChange } from '../../data/metadata/metadataEdit';
import { describedOut, undoMetadata, writeMetadata, type MetadataTarget } from '../../data/metadata/metadataFile';
import type { DataStatus, OutStatus } from '../../data/status/status';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import { isUnsaved } from '../../host/unsavedFiles';
import { visible } from '../code/codeText';
import type { DataActor } from './dataActor';
import { dataTargets, type DataTarget } from './dataTarget';
import type { DataView } from './dataView';
import { FIELD_ICONS, fieldName } from './metadataRows';

const FIELDS: readonly MetadataField[] = ['description', 'type', 'labels', 'source', 'preprocessing', 'transformations'];

/** Says what data is, in the record that DVC has of it. */
export class MetadataCommands {
  constructor(
    private readonly actor: DataActor,
    private readonly view: DataView,
  ) {}

  register(commands: Commands): void {
    commands.register(CommandId.describeData, (...args) => this.describe(args));
    commands.register(CommandId.removeDataMetadata, (...args) => this.remove(args));
  }

  private async describe(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Describe Data');
    const found = await this.find(args, title);
    if (!found) return;
    const { target, about } = found;
    const metadata = metadataOf((await describedOut(target)).out);
    const asked = about?.kind === 'metadata' ? about : undefined;
    const field = asked?.field ?? (await pickField(title, metadata));
    if (field === undefined) return;
    if (field === 'description' || field === 'type' || field === 'source') await this.changeText(target, field, metadata[field]);
    else await this.changeList(target, field, metadata[field], asked?.item);
  }

  private async remove(args: readonly unknown[]): Promise<void> {
    const title = l10n.t('Remove from Metadata');
    const found = await this.find(args, title);
    if (!found || found.about?.kind !== 'metadata' || found.about.field === undefined) return;
    const { field, item } = found.about;
    const metadata = metadataOf((await describedOut(found.target)).out);
    const now = metadata[field];
    const left = Array.isArray(now) && item !== undefined ? (now as readonly string[]).filter((_, index) => index !== item) : undefined;
    await this.write(found.target, { [field]: left });
  }

  private async changeText(target: MetadataTarget, field: MetadataText, now: string | undefined): Promise<void> {
    const name = fieldName(field, l10n);
    // An input box has one line.
    if (now?.includes('\n')) return openRecord(target);
    const text = await ask(name, PROMPTS[field](), now ?? '');
    if (text !== undefined && text !== (now ?? '')) await this.write(target, { [field]: text });
  }

  private async changeList(target: MetadataTarget, field: MetadataList, now: readonly string[], item: number | undefined): Promise<void> {
    const name = fieldName(field, l10n);
    const index = item ?? (now.length === 0 ? now.length : await pickItem(name, now));
    if (index === undefined) return;
    const before = now[index];
    if (before?.includes('\n')) return openRecord(target);
    const text = await ask(name, PROMPTS[field](), before ?? '');
    if (text === undefined || text === (before ?? '')) return;
    const changed = before === undefined ? [...now, text] : now.map((each, place) => (place === index ? text : each));
    await this.write(target, { [field]: changed.filter((each) => each !== '') });
  }

  private async write(target: MetadataTarget, change: MetadataChange): Promise<void> {
    const written = await this.view.during(() => writeMetadata(target, change, isUnsaved));
    const name = visible(workspace.asRelativePath(Uri.file(written.file)));
    const said =
      written.group === undefined
        ? l10n.t('Written to {0}. Commit it with git.', name)
        : l10n.t('Written to {0}, where it describes every item of the stage {1}. Commit it with git.', name, written.group);
    const undo = async (): Promise<readonly never[]> => {
      await this.view.during(() => undoMetadata(written, isUnsaved));
      return [];
    };
    this.actor.tell(said, { undo, kept: undefined, problems: [] });
  }

  /** The data that is meant: a row's, else the one that a person picks. */
  private async find(
    args: readonly unknown[],
    title: string,
  ): Promise<{ readonly target: MetadataTarget; readonly about: DataTarget | undefined } | undefined> {
    const status = await this.actor.repository(args);
    const [about] = dataTargets(args);
    if (!status) return undefined;
    const named = about !== undefined && 'path' in about && 'address' in about ? about : undefined;
    const out = named
      ? status.outs.find(({ target, address }) => target === named.path && address === named.address)
      : await pickOut(status, title);
    return out && { target: { root: status.root, file: out.recordedIn, target: out.target, address: out.address }, about };
  }
}

/** What to say of each. */
const PROMPTS: Readonly<Record<MetadataField, () => string>> = {
  description: () => l10n.t('What the data is; nothing takes it away'),
  type: () => l10n.t('What kind of data it is, e.g. image, table, text'),
  source: () => l10n.t('Where it is from: a URL, a person, a device'),
  labels: () => l10n.t('A label, e.g. raw'),
  preprocessing: () => l10n.t('A step that was done to the raw data, e.g. centred in 28×28'),
  transformations: () => l10n.t('A transformation on the way into a model, e.g. divided by 255'),
};

async function ask(title: string, prompt: string, value: string): Promise<string | undefined> {
  return (await window.showInputBox({ title, prompt, value, ignoreFocusOut: true }))?.trim();
}

async function pickField(title: string, metadata: DataMetadata): Promise<MetadataField | undefined> {
  const items = FIELDS.map((field) => {
    const now = metadata[field];
    const text = typeof now === 'string' ? now : (now ?? []).join(', ');
    return { label: `$(${FIELD_ICONS[field]}) ${fieldName(field, l10n)}`, description: visible(text.replace(/\s+/g, ' ')), field };
  });
  return (await window.showQuickPick(items, { title }))?.field;
}

/** The place of the item that is to be changed; behind the last one for a new one. */
async function pickItem(title: string, list: readonly string[]): Promise<number | undefined> {
  const items = [
    { label: `$(add) ${l10n.t('Add')}`, index: list.length },
    ...list.map((text, index) => ({ label: visible(text.replace(/\s+/g, ' ')), index })),
  ];
  return (await window.showQuickPick(items, { title }))?.index;
}

async function pickOut(status: DataStatus, title: string): Promise<OutStatus | undefined> {
  const items = status.outs.map((out) => ({ label: visible(out.path), description: visible(out.description ?? ''), out }));
  if (items.length === 0) throw new Error(l10n.t('No data is tracked here yet.'));
  return (await window.showQuickPick(items, { title, matchOnDescription: true }))?.out;
}

/** What has several lines is changed where it stands. */
async function openRecord(target: MetadataTarget): Promise<void> {
  const { out } = await describedOut(target);
  const editor = await window.showTextDocument(Uri.file(target.file));
  const { range } = editor.document.lineAt(Math.min(out.line, editor.document.lineCount) - 1);
  editor.revealRange(range);
}
