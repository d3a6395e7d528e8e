// A training's worker thread. It is told its share by its worker data and each step by a message; errors end it.
// Run as a program it tries a tfjs-node package instead.
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { useBackendAt } from './backend/place';
import { answerTrial, TRIAL_FLAG } from './backend/trial';
import type { Assignment, Command, Report } from './engine/assignment';
import { ShareTrainer } from './engine/shareTrainer';
import { TrainingStep } from './engine/trainingStep';
import { buildNetwork } from './network';

const port = parentPort;
if (port) {
  const assignment = workerData as Assignment;
  const report = (message: Report) => port.postMessage(message);
  const library = await useBackendAt(assignment.backend);
  const model = buildNetwork(library, assignment.network, assignment.learningRate);
  const trainer = new ShareTrainer(assignment, new TrainingStep(library, model), report);
  port.on('message', (command: Command) => {
    if (command.type === 'epoch') trainer.epoch(command.epoch);
    else trainer.test();
  });
  report({ type: 'ready' });
} else if (isMainThread && process.argv[2] === TRIAL_FLAG) await answerTrial(process.argv[3] ?? '');
