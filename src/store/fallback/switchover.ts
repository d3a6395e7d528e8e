import { TrackingError } from '../../core/errors';
import { TagName } from '../../core/tagNames';
import type { Engine } from '../engine';
import { Limit } from '../limits';
import { Ledger, type RunNotes } from './ledger';

export interface FallbackEvents {
  /** The server was lost; what follows is kept in the local store. */
  onLost(error: TrackingError, local: Engine): void;
  /** A run that began on the server goes on in the local store. */
  onContinued(remoteRunId: string, localRunId: string): void;
}

/** Which store is written to, and how what a server knew by its ids is called in the local one. */
export class Switchover {
  readonly ledger = new Ledger();
  private opened: Engine | undefined;
  private opening: Promise<Engine> | undefined;
  private readonly experiments = new Map<string, Promise<string>>();
  private readonly runs = new Map<string, Promise<string>>();
  /** Server's run → the local run that was made for it, which may lack some of what it had. */
  private readonly madeRuns = new Map<string, Promise<string>>();
  private readonly models = new Map<string, Promise<string>>();
  /** Experiments that the local store has named itself; never ids that the server has named too. */
  private readonly ownExperiments = new Set<string>();

  constructor(
    readonly remote: Engine,
    private readonly openLocal: () => Promise<Engine>,
    private readonly events: FallbackEvents,
  ) {}

  /** The local store, once the server is lost. */
  get local(): Engine | undefined {
    return this.opened;
  }

  get current(): Engine {
    return this.opened ?? this.remote;
  }

  /** Does something on the server; when that is lost, in the local store, then and from then on. */
  async attempt<T>(there: (remote: Engine) => Promise<T>, here: (local: Engine) => Promise<T>): Promise<T> {
    if (!this.opened)
      try {
        return await there(this.remote);
      } catch (error) {
        if (!(error instanceof TrackingError) || !(await this.isLost(error))) throw error;
        await this.lose(error);
      }
    return here(this.opened!);
  }

  /** The local store's id of an experiment; an id that both have named is the server's. */
  experiment(id: string): Promise<string> {
    if (this.ownExperiments.has(id)) return Promise.resolve(id);
    return once(this.experiments, id, async () => this.findExperiment(this.ledger.experiments.get(id)));
  }

  own(experimentId: string): string {
    if (!this.ledger.experiments.has(experimentId)) this.ownExperiments.add(experimentId);
    return experimentId;
  }

  /** The local run that carries a server's run on, or the local run itself. */
  run(id: string): Promise<string> {
    return this.ledger.runs.has(id) ? once(this.runs, id, () => this.carryOn(id)) : Promise.resolve(id);
  }

  /** The local model in the place of one of the server's that is being saved, for the first time or again. */
  model(id: string): Promise<string> {
    return this.ledger.models.has(id) ? once(this.models, id, () => this.makeModel(id)) : Promise.resolve(id);
  }

  /** The local model that was or is to be made for one of the server's; one that was finished there stays there. */
  madeModel(id: string): Promise<string> {
    return this.ledger.models.get(id)?.finished && !this.models.has(id) ? Promise.resolve(id) : this.model(id);
  }

  /** A server that fails at one thing is not lost when it still answers for another. */
  private async isLost(error: TrackingError): Promise<boolean> {
    if (this.opened || error.code === 'TEMPORARILY_UNAVAILABLE') return true;
    if (error.code !== 'INTERNAL_ERROR' && error.code !== 'PERMISSION_DENIED') return false;
    return this.remote.experiments.search({ maxResults: 1 }).then(
      () => false,
      () => true,
    );
  }

  private async lose(error: TrackingError): Promise<void> {
    this.opening ??= this.openLocal().then((local) => {
      this.opened = local;
      this.events.onLost(error, local);
      return local;
    });
    try {
      await this.opening;
    } catch (failure) {
      this.opening = undefined;
      throw failure;
    }
  }

  private async findExperiment(name = 'Default'): Promise<string> {
    const { experiments } = this.opened!;
    const found = await experiments.getByName(name);
    if (found?.lifecycleStage === 'deleted') await experiments.restore(found.experimentId);
    return found?.experimentId ?? experiments.create(name);
  }

  private async carryOn(remoteRunId: string): Promise<string> {
    const notes = this.ledger.runs.get(remoteRunId)!;
    const { runs } = this.opened!;
    // What fails later on is tried again with the same run.
    const runId = await once(this.madeRuns, remoteRunId, () => this.makeRun(remoteRunId, notes));
    const params = [...notes.params].map(([key, value]) => ({ key, value }));
    for (let from = 0; from < params.length; from += Limit.paramsPerBatch)
      await runs.logBatch(runId, { params: params.slice(from, from + Limit.paramsPerBatch) });
    if (notes.inputs.length > 0) await runs.logInputs(runId, notes.inputs);
    this.events.onContinued(remoteRunId, runId);
    return runId;
  }

  private async makeRun(remoteRunId: string, notes: RunNotes): Promise<string> {
    const { runId } = await this.opened!.runs.create({
      experimentId: await this.experiment(notes.experimentId),
      name: notes.name,
      userId: notes.userId,
      startTime: notes.startTime,
      tags: { ...Object.fromEntries(notes.tags), [TagName.runName]: notes.name, [TagName.continues]: remoteRunId },
    });
    return runId;
  }

  private async makeModel(remoteModelId: string): Promise<string> {
    const { model, files } = this.ledger.models.get(remoteModelId)!;
    const { loggedModels, artifacts } = this.opened!;
    const runId = model.sourceRunId === undefined ? undefined : await this.run(model.sourceRunId);
    if (runId !== undefined) for (const [path, content] of files) await artifacts.write(runId, path, content);
    const experimentId = await this.experiment(model.experimentId);
    return (await loggedModels.create({ ...model, experimentId, ...(runId === undefined ? {} : { sourceRunId: runId }) })).modelId;
  }
}

/** Does something once for each key, also when it is asked for twice at a time; a failure is forgotten. */
function once<T>(done: Map<string, Promise<T>>, key: string, action: () => Promise<T>): Promise<T> {
  const known = done.get(key);
  if (known) return known;
  const begun = action();
  done.set(key, begun);
  begun.catch(() => done.delete(key));
  return begun;
}
