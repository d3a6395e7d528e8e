// Who may import whom, by room: the table of ARCHITECTURE.md, held by `npm run lint`. A room may always import itself.
const core = '^src/core/';
const port = '^src/store/[^/]+[.]ts$';
const processes = '^src/processes/';
const pictures = '^src/pictures/';
const rooms = ['code', 'data', 'lineage', 'models', 'transfer'].map((room) => `^src/${room}/`);
const vscode = '(^|/)vscode(/index[.]d[.]ts)?$';

const mayImport = {
  core: [],
  protocol: [core],
  processes: [core],
  pictures: [],
  store: [core],
  code: [core, processes],
  data: [core, processes, pictures],
  models: [core, port],
  autolog: [core, port],
  lineage: [core, port, '^src/code/', '^src/data/', '^src/models/'],
  train: [core, processes, pictures, '^src/autolog/'],
  server: [core, port, '^src/models/'],
  transfer: [core, port],
  demo: [core, processes, '^src/train/data/'],
  host: [core, processes, port],
  views: [core, port, '^src/host/', ...rooms],
  panels: [core, port, '^src/host/', '^src/protocol/', ...rooms],
};
const roots = '^src/(extension|api|digits|dataWorker)[.]ts$|^src/cli/';

const project = '^(src|webview-ui|test|bench|scripts)/';

const roomRules = Object.entries(mayImport).map(([room, allowed]) => ({
  name: `room-${room}`,
  comment: `src/${room} may import only: ${[room, ...allowed].join(' ')}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: project, pathNot: [`^src/${room}/`, ...allowed] },
}));

module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'every-room-has-a-rule',
      comment: 'A new folder under src needs a line in the table.',
      severity: 'error',
      from: { path: '^src/', pathNot: [roots, ...Object.keys(mayImport).map((room) => `^src/${room}/`)] },
      to: {},
    },
    {
      name: 'core-imports-nothing',
      severity: 'error',
      from: { path: core },
      to: { pathNot: core },
    },
    {
      name: 'cli-has-no-editor',
      comment: 'The terminal program, the public API and the threads run where there is no VS Code.',
      severity: 'error',
      from: { path: '^src/cli/|^src/(api|digits|dataWorker)[.]ts$' },
      to: { path: '^src/(host|views|panels)/|^webview-ui/|^(test|bench|scripts)/' },
    },
    {
      name: 'extension-is-the-product',
      severity: 'error',
      from: { path: '^src/extension[.]ts$' },
      to: { path: '^webview-ui/|^(test|bench|scripts)/' },
    },
    {
      name: 'nobody-imports-a-root',
      severity: 'error',
      from: { path: '^(src|webview-ui)/', pathNot: '^src/cli/' },
      to: { path: roots },
    },
    {
      name: 'cli-imports-no-other-root',
      severity: 'error',
      from: { path: '^src/cli/' },
      to: { path: '^src/(extension|api|digits|dataWorker)[.]ts$' },
    },
    {
      name: 'only-host-views-panels-touch-vscode',
      severity: 'error',
      from: { path: '^(src|webview-ui)/', pathNot: '^src/(host|views|panels)/|^src/extension[.]ts$' },
      to: { path: vscode },
    },
    {
      name: 'only-roots-name-an-engine',
      comment: 'Everybody else speaks to the port in src/store/engine.ts. The thread of a store is a root of its own.',
      severity: 'error',
      from: { path: '^(src|webview-ui)/', pathNot: `${roots}|^src/store/(sqlite|rest|worker|fallback)/` },
      to: { path: '^src/store/(sqlite|rest|fallback)/' },
    },
    {
      name: 'engines-do-not-know-each-other',
      severity: 'error',
      from: { path: '^src/store/(sqlite|rest|fallback)/' },
      to: { path: '^src/store/(sqlite|rest|fallback)/', pathNot: '^src/store/$1/' },
    },
    {
      name: 'worker-engine-is-for-the-extension-host',
      comment: 'The terminal and the server call the engine directly; only the extension host must never wait.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/extension[.]ts$|^src/store/worker/' },
      to: { path: '^src/store/worker/' },
    },
    {
      name: 'pages-know-protocol-and-core',
      severity: 'error',
      from: { path: '^webview-ui/' },
      to: { path: project, pathNot: ['^webview-ui/', '^src/protocol/', core] },
    },
    {
      name: 'pages-run-in-a-browser',
      severity: 'error',
      from: { path: '^webview-ui/|^src/protocol/' },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: vscode } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/train/kernels/assembly/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'] },
  },
};
