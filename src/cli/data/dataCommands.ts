import type { Command } from 'commander';
import type { Output } from '../output';
import { addContentCommands } from './contentCommands';
import { addDescribeCommands } from './describeCommands';
import { addHistoryCommands } from './historyCommands';
import { addStatusCommands } from './statusCommands';
import { addTransferCommands } from './transferCommands';

/** Adds `data` with all that belongs to it. */
export function addDataCommands(program: Command, outputFor: (json: boolean) => Output, limit: (text: string) => number): void {
  const data = program.command('data').description("The project's data under DVC, read without Python; the words are DVC's.");
  addStatusCommands(data, outputFor);
  addContentCommands(data, outputFor);
  addTransferCommands(data, outputFor);
  addHistoryCommands(data, outputFor, limit);
  addDescribeCommands(data, outputFor);
}
