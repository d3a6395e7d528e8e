import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const checkout = process.cwd();
const program = join(checkout, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

/** A small project by the same names, in which every file keeps the table. */
const lawful: Readonly<Record<string, string>> = {
  'src/core/run.ts': 'export interface Run { readonly id: string }\nexport const name = 1;',
  'src/protocol/compare.ts': "import type { Run } from '../core/run';\nexport type Message = Run;",
  'src/store/engine.ts': "import type { Run } from '../core/run';\nexport interface Engine { readonly run: Run }",
  'src/store/sqlite/database.ts': "import 'node:sqlite';\nexport const open = 1;",
  'src/store/rest/engine.ts': "import type { Engine } from '../engine';\nexport const openRemote = (engine: Engine) => engine;",
  'src/store/worker/worker.ts':
    "import { open } from '../sqlite/database';\nimport { openRemote } from '../rest/engine';\nexport const both = [open, openRemote];",
  'src/store/worker/workerEngine.ts': "import type { Engine } from '../engine';\nexport const open = (engine: Engine) => engine;",
  'src/models/registration.ts': "import type { Engine } from '../store/engine';\nexport type Registration = Engine;",
  'src/autolog/session.ts': "import type { Engine } from '../store/engine';\nexport type Session = Engine;",
  'src/data/two.ts': "import { one } from './one';\nexport const two = (): number => one();",
  'src/train/trainer.ts': "import type { Session } from '../autolog/session';\nexport type Trainer = Session;",
  'src/host/log.ts': "import { window } from 'vscode';\nexport const log = window;",
  'src/views/runsView.ts':
    "import type { Registration } from '../models/registration';\nimport { log } from '../host/log';\nexport const view: Registration | typeof log = log;",
  'src/panels/comparePanel.ts': "import type { Message } from '../protocol/compare';\nexport type Panel = Message;",
  'src/cli/main.ts': "import { open } from '../store/sqlite/database';\nexport const main = open;",
  'src/api.ts': "import { open } from './store/sqlite/database';\nexport const api = open;",
  'src/extension.ts':
    "import { open } from './store/worker/workerEngine';\nimport { view } from './views/runsView';\nexport const graph = [open, view];",
  'webview-ui/compare/main.ts': "import type { Message } from '../../src/protocol/compare';\nexport type Page = Message;",
};

/** What breaks the table: the file, what it says, and the rule that must name it. */
const planted: readonly (readonly [rule: string, file: string, text: string])[] = [
  ['core-imports-nothing', 'src/core/clock.ts', "import 'node:fs';"],
  ['core-imports-nothing', 'src/core/paint.ts', "import 'chart.js';"],
  ['room-core', 'src/core/reach.ts', "import type { Engine } from '../store/engine';\nexport type E = Engine;"],
  ['room-store', 'src/store/view.ts', "import '../protocol/compare';"],
  ['room-train', 'src/train/save.ts', "import type { Engine } from '../store/engine';\nexport type E = Engine;"],
  ['room-models', 'src/models/train.ts', "import '../train/trainer';"],
  ['room-host', 'src/host/commands.ts', "import '../views/runsView';"],
  ['room-views', 'src/views/compareView.ts', "import type { Panel } from '../panels/comparePanel';\nexport type P = Panel;"],
  ['room-panels', 'src/panels/tree.ts', "import '../views/runsView';"],
  ['every-room-has-a-rule', 'src/utils/misc.ts', "import '../core/run';"],
  ['cli-has-no-editor', 'src/cli/tree.ts', "import '../host/log';"],
  ['only-host-views-panels-touch-vscode', 'src/store/toast.ts', "import { window } from 'vscode';\nexport const toast = window;"],
  ['only-host-views-panels-touch-vscode', 'src/cli/editor.ts', "import type { Uri } from 'vscode';\nexport type U = Uri;"],
  ['only-roots-name-an-engine', 'src/views/direct.ts', "import '../store/sqlite/database';"],
  ['engines-do-not-know-each-other', 'src/store/rest/local.ts', "import '../sqlite/database';"],
  ['worker-engine-is-for-the-extension-host', 'src/cli/worker.ts', "import '../store/worker/workerEngine';"],
  ['nobody-imports-a-root', 'src/panels/root.ts', "import '../extension';"],
  [
    'pages-know-protocol-and-core',
    'webview-ui/compare/store.ts',
    "import type { Engine } from '../../src/store/engine';\nexport type E = Engine;",
  ],
  ['pages-run-in-a-browser', 'webview-ui/compare/file.ts', "import 'node:fs';"],
  ['no-cycles', 'src/data/one.ts', "import { two } from './two';\nexport const one = (): number => two();"],
  ['resolvable', 'src/data/lost.ts', "import './nowhere';"],
];

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

describe('import rules', function () {
  this.timeout(60_000);
  let folder: string;
  let violations: readonly Violation[];

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'import-rules-'));
    for (const [file, text] of [...Object.entries(lawful), ...planted.map(([, file, text]) => [file, text] as const)]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), `${text}\n`);
    }
    for (const file of ['.dependency-cruiser.cjs', 'tsconfig.json']) copyFileSync(join(checkout, file), join(folder, file));
    symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'), 'junction');
    const args = [program, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src', 'webview-ui'];
    const output = execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26, timeout: 50_000 });
    violations = (JSON.parse(output) as { summary: { violations: Violation[] } }).summary.violations;
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const [rule, file] of planted)
    it(`${rule} finds what is planted in ${file}`, () => {
      const found = violations.filter((violation) => violation.from === file).map((violation) => violation.rule.name);
      assert.ok(found.includes(rule), `found only: ${found.join(', ') || 'nothing'}`);
    });

  it('lets the table itself pass', () => {
    const wrongly = violations.filter((violation) => violation.from in lawful);
    assert.deepEqual(
      wrongly.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`),
      [],
    );
  });
});
