import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandId, TITLE_COMMANDS } from '../../src/host/commandIds';

interface Contribution {
  readonly command: string;
  readonly title: string;
  readonly category: string;
  readonly icon?: string;
}
interface MenuItem {
  readonly command: string;
  readonly when: string;
  readonly group?: string;
}
interface Manifest {
  readonly icon: string;
  readonly contributes: {
    readonly commands: readonly Contribution[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsContainers: { readonly activitybar: readonly { readonly icon: string }[] };
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string; readonly when: string }[];
    readonly configuration: {
      readonly properties: Readonly<Record<string, { readonly scope?: string; readonly markdownDescription?: string }>>;
    };
    readonly walkthroughs: readonly {
      readonly steps: readonly { readonly media: { readonly svg: string }; readonly completionEvents: readonly string[] }[];
    }[];
  };
}

const text = readFileSync('package.json', 'utf8');
const manifest = JSON.parse(text) as Manifest;
const strings = JSON.parse(readFileSync('package.nls.json', 'utf8')) as Record<string, string>;
const { contributes } = manifest;

/** The sources that may register commands and set context keys. */
function hostSources(): string {
  const folders = ['src/host', 'src/views', 'src/panels'];
  const files = folders.flatMap((folder) =>
    existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)) : [],
  );
  return [...files.filter((file) => file.endsWith('.ts')), 'src/extension.ts'].map((file) => readFileSync(file, 'utf8')).join('\n');
}

const sources = hostSources();

describe('the manifest', () => {
  it('contributes the commands of the list, no more and no fewer', () => {
    const listed = [...Object.values(CommandId), ...TITLE_COMMANDS.values()];
    assert.deepEqual(contributes.commands.map(({ command }) => command).sort(), listed.sort());
  });

  it('has each command registered once', () => {
    for (const name of Object.keys(CommandId)) {
      const registrations = sources.match(new RegExp(`register\\(\\s*CommandId\\.${name}\\b`, 'g')) ?? [];
      assert.equal(registrations.length, 1, `${name} is registered ${registrations.length} times`);
    }
  });

  it('names in menus only commands and views that there are', () => {
    const commands = new Set(contributes.commands.map(({ command }) => command));
    const views = new Set(Object.values(contributes.views).flatMap((list) => list.map(({ id }) => id)));
    for (const item of Object.values(contributes.menus).flat()) {
      assert.ok(commands.has(item.command), item.command);
      for (const [, view] of item.when.matchAll(/\bview == (\S+)/g)) assert.ok(views.has(view ?? ''), `${item.command}: ${view}`);
    }
    for (const { view } of contributes.viewsWelcome) assert.ok(views.has(view), view);
  });

  it('has when clauses whose regular expressions are ones, and context keys that somebody sets', () => {
    const whens = [...Object.values(contributes.menus).flat(), ...contributes.viewsWelcome].map(({ when }) => when);
    for (const when of whens) {
      for (const [, pattern] of when.matchAll(/=~ \/(.+?)\/(?= |$)/g)) assert.doesNotThrow(() => new RegExp(pattern ?? ''), when);
      for (const [key] of when.matchAll(/\bmlTracking\.[\w.]+/g)) {
        const isView = Object.values(contributes.views).some((list) => list.some(({ id }) => id === key));
        assert.ok(isView || sources.includes(`'${key}'`), `nobody sets ${key}`);
      }
    }
  });

  it('has no command above the Code or the Data view that rows of them have too: VS Code would call it with a row that nobody chose', () => {
    const of = (menu: string): string[] =>
      (contributes.menus[menu] ?? []).filter(({ when }) => /\bview == mlTracking\.(code|data)\b/.test(when)).map(({ command }) => command);
    const rows = new Set(of('view/item/context'));
    assert.deepEqual(
      of('view/title').filter((command) => rows.has(command)),
      [],
    );
    const hidden = new Set(
      (contributes.menus['commandPalette'] ?? []).filter(({ when }) => when === 'false').map(({ command }) => command),
    );
    for (const id of TITLE_COMMANDS.values()) assert.ok(of('view/title').includes(id) && hidden.has(id), id);
  });

  it('keeps commands that need a row out of the palette', () => {
    const hidden = new Set(
      (contributes.menus['commandPalette'] ?? []).filter(({ when }) => when === 'false').map(({ command }) => command),
    );
    for (const id of [CommandId.copyValue, CommandId.openArtifact, CommandId.removeTag, CommandId.loadMoreRuns, CommandId.revealSourceRun])
      assert.ok(hidden.has(id), id);
  });

  it('puts at most two actions in a row', () => {
    const inline = (contributes.menus['view/item/context'] ?? []).filter(({ group }) => group?.startsWith('inline'));
    for (const contextValue of [
      'run running',
      'run finished',
      'run failed',
      'run killed deleted',
      'model',
      'tags',
      'tag',
      'param',
      'version aliased',
      'server off',
      'server on',
      'server failed',
      'dataOut modified cached file',
      'dataOut deleted cached stage',
      'dataOut not-in-cache here-deleted pushable cached file',
      'dataOut unchanged pushable cached file imported',
      'dataMember modified',
      'dataStage changed',
      'dataPipeline changed',
      'dataRemotes some',
      'dataCache',
    ]) {
      const shown = inline.filter(({ when }) => {
        const [, exact] = /viewItem == (\S+)/.exec(when) ?? [];
        const [, pattern] = /viewItem =~ \/(.+?)\/(?= |$)/.exec(when) ?? [];
        return exact === contextValue || (pattern !== undefined && new RegExp(pattern).test(contextValue));
      });
      assert.ok(shown.length <= 2, `${contextValue}: ${shown.map(({ command }) => command).join(', ')}`);
    }
  });

  it('has a text for each key, and a key for each text', () => {
    const used = new Set([...text.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key ?? ''));
    assert.deepEqual(
      [...used].filter((key) => strings[key] === undefined),
      [],
    );
    assert.deepEqual(
      Object.keys(strings).filter((key) => !used.has(key)),
      [],
    );
  });

  it('titles commands with a verb and a noun under one category', () => {
    for (const { command, title, category, icon } of contributes.commands) {
      assert.equal(category, 'ML Tracking');
      const [, key] = /^%(.+)%$/.exec(title) ?? [];
      assert.match(strings[key ?? ''] ?? '', /^[A-Z][a-z]+ .+/, command);
      if (icon) assert.match(icon, /^\$\([a-z-]+\)$/);
    }
  });

  it('gives each setting a scope and a description', () => {
    for (const [name, { scope, markdownDescription }] of Object.entries(contributes.configuration.properties)) {
      assert.match(name, /^mlTracking\.[a-z]+\.[a-zA-Z]+$/);
      assert.ok(scope, name);
      assert.ok(markdownDescription, name);
    }
  });

  it('points at pictures that are there', () => {
    const pictures = [manifest.icon, ...contributes.viewsContainers.activitybar.map(({ icon }) => icon)];
    for (const { steps } of contributes.walkthroughs) pictures.push(...steps.map(({ media }) => media.svg));
    for (const picture of pictures) assert.ok(existsSync(picture), picture);
  });

  it('completes its walkthrough by what really happens', () => {
    for (const { completionEvents } of contributes.walkthroughs.flatMap(({ steps }) => steps))
      for (const event of completionEvents) {
        const [, key] = /^onContext:(.+)$/.exec(event) ?? [];
        assert.ok(key && sources.includes(`'${key}'`), event);
      }
  });
});
