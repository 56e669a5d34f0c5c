/** What a receipt says, for people and as JSON. */
import { toHex } from '../../proto/bytes.ts';
import type { FileOpening, FileSide } from '../../proto/receipt/openings.ts';
import type { Receipt, ReceiptOutcome, ReceiptUsage } from '../../proto/receipt/receipt.ts';
import { printable } from './command-io.ts';

/** Every line about the receipt, without those about whether it is genuine. */
export function receiptLines(receipt: Receipt, files: readonly FileOpening[]): string[] {
  const { program, pipeline, instanceId, policyHash, limits } = receipt;
  const time = (milliseconds: number) => new Date(milliseconds).toISOString();
  const row = (name: string, value: string) => `${name.padEnd(9)} ${value}`;
  const step =
    pipeline === undefined ? [] : [row('pipeline', `${printable(pipeline.name)}, step ${pipeline.step}`)];
  return [
    row('instance', toHex(instanceId)),
    row('policy', toHex(policyHash)),
    row('program', `${printable(program.path)}  ${toHex(program.sha256)}`),
    ...step,
    row('outcome', outcomeText(receipt.outcome)),
    row('started', time(receipt.startedAt)),
    row('ended', time(receipt.endedAt)),
    row('signed', time(receipt.signedAt)),
    row('used', usageText(receipt.usage)),
    row(
      'limits',
      Object.entries(limits)
        .map(([name, value]) => `${name} ${value}`)
        .join(', '),
    ),
    ...fileLines('input', receipt.inputs.length, files),
    ...fileLines('output', receipt.outputs.length, files),
  ];
}

export function receiptFields(receipt: Receipt, files: readonly FileOpening[]): Record<string, unknown> {
  const { program, pipeline, instanceId, policyHash, outcome, usage, limits, inputs, outputs } = receipt;
  const shown = (side: FileSide) =>
    files
      .filter((file) => file.side === side)
      .map(({ path, content }) => ({
        path,
        size: content?.size ?? null,
        sha256: content === undefined ? null : toHex(content.sha256),
      }));
  return {
    instanceId: toHex(instanceId),
    policyHash: toHex(policyHash),
    program: { path: program.path, sha256: toHex(program.sha256) },
    pipeline: pipeline ?? null,
    outcome,
    startedAt: new Date(receipt.startedAt).toISOString(),
    endedAt: new Date(receipt.endedAt).toISOString(),
    signedAt: new Date(receipt.signedAt).toISOString(),
    usage,
    limits,
    inputs: { count: inputs.length, shown: shown('input') },
    outputs: { count: outputs.length, shown: shown('output') },
  };
}

function outcomeText(outcome: ReceiptOutcome): string {
  if ('exitCode' in outcome) return `exit code ${outcome.exitCode}`;
  if ('error' in outcome) return `failed: ${outcome.error}`;
  return outcome.success ? 'succeeded' : 'did not succeed';
}

function usageText(usage: ReceiptUsage): string {
  const parts: [number | undefined, (value: number) => string][] = [
    [usage.wallMilliseconds, (value) => `${value} ms`],
    [usage.cpuMicroseconds, (value) => `${(value / 1000).toFixed(1)} ms of processor time`],
    [usage.peakMemoryBytes, (value) => `${value} bytes of memory`],
    [usage.outputBytes, (value) => `${value} bytes printed`],
    [usage.writtenBytes, (value) => `${value} bytes written`],
    [usage.fuel, (value) => `${value} steps`],
  ];
  const told = parts.flatMap(([value, text]) => (value === undefined ? [] : [text(value)]));
  return told.length === 0 ? 'not told' : told.join(', ');
}

function fileLines(side: FileSide, count: number, files: readonly FileOpening[]): string[] {
  const shown = files.filter((file) => file.side === side);
  const lines = shown.map(({ path, content }) => {
    if (content === undefined) return `  ${printable(path)}  removed`;
    return `  ${printable(path)}  ${content.size} bytes  ${toHex(content.sha256)}`;
  });
  return [`${`${side}s`.padEnd(9)} ${count}, of which ${shown.length} shown to this reader`, ...lines];
}
