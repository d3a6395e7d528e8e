/** What a change feed tells: which subject is new or different. The reader asks the engine for the rest. */
export type Change =
  | { readonly kind: 'experiment'; readonly experimentId: string }
  /** Status, name, params, tags, inputs, lifecycle. */
  | { readonly kind: 'run'; readonly runId: string; readonly experimentId: string }
  | { readonly kind: 'metric'; readonly runId: string; readonly key: string }
  | { readonly kind: 'loggedModel'; readonly modelId: string; readonly runId: string | undefined }
  | { readonly kind: 'registeredModel'; readonly name: string };
