/**
 * Files by whose name one may think that they hold a secret. A run may be shown to others, and an untracked file is often one that was
 * never meant to be; what is tracked was meant to be, and counts as any other file. Names only: what is in a file is not looked at.
 */
const SECRETS: readonly RegExp[] = [
  // Environments with tokens; their templates are there to be shared.
  /^\.env(?:rc)?(?:\.(?!(?:example|sample|template|dist)$).*)?$/,
  // Passwords of programs, as these programs look for them.
  /^(?:[._]netrc|\.npmrc|\.yarnrc\.yml|\.pypirc|\.htpasswd|\.pgpass|pgpass\.conf|\.my\.cnf|\.git-credentials|\.dockercfg)$/,
  // Keys of clouds and of services that models and data are fetched from.
  /^(?:\.boto|\.s3cfg|rclone\.conf|kaggle\.json|\.databrickscfg|application_default_credentials\.json|.*service[-_]?account.*\.json)$/,
  // Keys, certificates with keys, and safes for them.
  /^(?:id_(?:rsa|dsa|ecdsa|ed25519)(?:[._].*)?|.*\.(?:pem|key|p12|pfx|p8|ppk|keystore|jks|kdbx?|gpg))$/,
  // Whatever is called so.
  /^(?:\.?credentials|\.?secrets?)(?:\..*)?$/,
  // Whoever may into a cluster.
  /^(?:\.?kubeconfig(?:\..*)?|.*\.kubeconfig|.*\.tfstate(?:\.backup)?|.*\.tfvars)$/,
];
/** The same, told by their folders: DVC's passwords for remotes, Docker's and Kubernetes' logins, Streamlit's, and keys. */
const PLACES =
  /(?:^|\/)(?:\.dvc\/config\.local|\.docker\/config\.json|\.kube\/config|\.(?:ssh|aws|gnupg|azure)\/.*|\.huggingface\/(?:stored_)?tokens?)$/;

/** @param path with `/` */
export function mayHoldSecret(path: string): boolean {
  const plain = path.toLowerCase();
  const name = plain.slice(plain.lastIndexOf('/') + 1);
  return PLACES.test(plain) || SECRETS.some((pattern) => pattern.test(name));
}
