/** What stands in configs/cnn.yaml; the branches differ from main in some of it. */
export interface DemoSettings {
  readonly epochs: number;
  readonly filters: readonly number[];
  readonly dropout: number;
}

export const DEMO_SETTINGS: DemoSettings = { epochs: 5, filters: [32, 64], dropout: 0.5 };

export function configYaml(settings: DemoSettings): string {
  return `# The network that reads digits, and how it is trained.
experiment: cnn
data: data/raw

# The network: for each number of filters a convolution with ReLU and a max-pooling; then dropout and softmax.
filters: [${settings.filters.join(', ')}]
kernel_size: 3
pool_size: 2
dropout: ${settings.dropout}

# The training: Adam on categorical cross-entropy.
epochs: ${settings.epochs}
batch_size: 128
learning_rate: 0.002
validation_split: 0.3
seed: 42
`;
}

export const TRAIN_SCRIPT = `import { autolog, logDataset, logMetrics, withRun } from 'ml-tracking';
import { digitModel, evaluateDigits, loadDigits, readConfig, useBackend } from 'ml-tracking/digits';

const config = await readConfig('configs/cnn.yaml');
await useBackend();
const { train, test } = await loadDigits(config.data, { limit: config.limit });
const model = digitModel(config);

await withRun({ experiment: config.experiment }, async () => {
  autolog(model, { logDatasets: false, params: { seed: config.seed } });
  await logDataset(train.dataset, 'train');
  await logDataset(test.dataset, 'test');
  const { epochs, batchSize, validationSplit } = config;
  await model.fit(train.x, train.y, { epochs, batchSize, validationSplit, verbose: 0 });
  const scores = await evaluateDigits(model, test);
  logMetrics(scores);
  console.log(scores);
});
`;

export const GITIGNORE = `node_modules/
.tracking/
`;

export const PACKAGE_JSON = `${JSON.stringify(
  {
    name: 'digits',
    private: true,
    type: 'module',
    description: 'A CNN that reads handwritten digits',
    engines: { node: '>=22.13' },
    scripts: { train: 'node train.mjs' },
  },
  undefined,
  2,
)}\n`;

export const TASKS_JSON = `${JSON.stringify(
  {
    version: '2.0.0',
    tasks: [
      { label: 'Train the digit CNN', type: 'mlTracking', task: 'train', config: 'configs/cnn.yaml', problemMatcher: [] },
      { label: 'Try it on 2,000 digits', type: 'mlTracking', task: 'train', epochs: 2, limit: 2000, problemMatcher: [] },
    ],
  },
  undefined,
  2,
)}\n`;

/** @param data what the digits are: the README must not call drawn ones handwritten */
export function readme(data: { readonly name: string; readonly description: string }): string {
  return `# digits

A CNN that reads digits of 28 × 28 pixels, with its code in git, its data in DVC and its runs in \`.tracking\`.

| what | where |
|---|---|
| network and training | \`configs/cnn.yaml\` |
| data | \`data/raw\`: ${data.name}, four IDX files, each with its \`.dvc\` file |
| pipeline | \`dvc.yaml\`: \`describe.mjs\` makes the table \`data/digits.csv\`, of which git knows two versions |
| runs | \`.tracking\`, made by the first training |

${data.description}

Train it with **ML Tracking: Train Digit Model**, or in a terminal with \`ml-tracking train\`. \`train.mjs\` does the same by hand with
TensorFlow.js and the public API: \`node train.mjs\` (Node 22.13 or newer). It finds \`ml-tracking\` through a link in \`node_modules\`.

The branches \`wider-network\` and \`more-dropout\` change the network: switch to one, train, and compare the runs.
`;
}
