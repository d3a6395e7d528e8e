import type { LogOutputChannel, Memento } from 'vscode';
import type { Disposable } from '../../core/disposable';
import { CommandId } from '../../host/commandIds';
import type { Commands } from '../../host/commands';
import type { ContextKeys } from '../../host/contextKeys';
import { Disposables } from '../../host/disposables';
import type { Failures } from '../../host/failures';
import type { RemoteAccess } from '../../host/remotes/remoteAccess';
import type { Stores } from '../../host/stores';
import { TransferProgram } from '../../host/transfer/transferProgram';
import { Transfers } from '../../host/transfer/transfers';
import { RunTargets } from '../runs/runTarget';
import { exportRuns } from './exportRuns';
import { findImports } from './foundImports';
import { ImportOfferNode } from './importOfferNode';
import { ImportOffers } from './importOffers';
import { importRuns } from './importRuns';
import { pullRuns } from './pullRuns';
import { pushRuns } from './pushRuns';
import type { TransferParts } from './transferParts';

export interface TransferSurroundings {
  /** The terminal program, `dist/ml-tracking.js`. */
  readonly program: string;
  readonly stores: Stores;
  readonly access: RemoteAccess;
  readonly selection: () => readonly unknown[];
  readonly memory: Memento;
  readonly context: ContextKeys;
  readonly failures: Failures;
  readonly log: LogOutputChannel;
}

/** Copying runs to and from servers, from MLflow's files and into files; and the offer to do so where MLflow's files lie. */
export class TransferCommands implements Disposable {
  private readonly held = new Disposables();
  readonly offers: ImportOffers;
  private readonly program: TransferProgram;
  private readonly parts: TransferParts;

  constructor({ program, stores, access, selection, memory, context, failures, log }: TransferSurroundings) {
    this.program = new TransferProgram(program, log);
    this.offers = this.held.add(new ImportOffers(stores, this.program, memory, context, failures));
    const transfers = this.held.add(new Transfers(this.program, log));
    this.parts = { transfers, access, stores, targets: new RunTargets(stores, selection) };
  }

  register(commands: Commands): void {
    commands.register(CommandId.pushRuns, (...args) => pushRuns(this.parts, args));
    commands.register(CommandId.pullRuns, (...args) => pullRuns(this.parts, args));
    commands.register(CommandId.importRuns, (node) => this.import(node));
    commands.register(CommandId.exportRuns, (...args) => exportRuns(this.parts, args));
    commands.register(CommandId.dismissImport, (node) => node instanceof ImportOfferNode && this.offers.dismiss(node.importPath));
  }

  private async import(node: unknown): Promise<void> {
    try {
      await importRuns(this.parts, (store, signal) => findImports(this.program, store, signal), node);
    } finally {
      this.offers.look();
    }
  }

  dispose(): void {
    this.held.dispose();
  }
}
