/** Prometheus's text format, version 0.0.4 (prometheus.io, "Exposition formats"): what is written of it, and no more. */

export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly samples: readonly Sample[];
}

export const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Families without samples are left out. @throws TypeError for a name that is none, which only our own code can give */
export function writeMetrics(families: readonly MetricFamily[]): string {
  return families
    .filter(({ samples }) => samples.length > 0)
    .map(writeFamily)
    .join('');
}

function writeFamily({ name, help, type, samples }: MetricFamily): string {
  const head = `# HELP ${checked(name)} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`;
  const lines = samples.map(({ labels = {}, value }) => `${name}${writeLabels(labels)} ${number(value)}\n`);
  return head + lines.join('');
}

function writeLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${checked(name)}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function number(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

function checked(name: string): string {
  if (!NAME.test(name)) throw new TypeError(`not a name of Prometheus: ${name}`);
  return name;
}
