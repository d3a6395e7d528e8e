export function buildTrainer(folder: string): Promise<void>;
