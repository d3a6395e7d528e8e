/** Python that tells MLflow in the same program where a server listens, to be put before everything else. */
export function pythonSnippet({ url, token }: { readonly url: string; readonly token?: string }): string {
  const variables = { MLFLOW_TRACKING_URI: url, ...(token === undefined ? {} : { MLFLOW_TRACKING_TOKEN: token }) };
  // JSON's strings are Python's, for what a URL and a token are made of.
  const lines = Object.entries(variables).map(([name, value]) => `os.environ["${name}"] = ${JSON.stringify(value)}`);
  return ['import os', '', ...lines, ''].join('\n');
}
