/** The studies that the command line runs: their own settings as declared parameters, and how their records are told. Measures nothing. */
import { choice, defaults, flag, float, int, type Params, type Value } from '../../engine/params.ts';
import { resolveParams } from '../../engine/describe.ts';
import { findingsOf as consensusFindings } from '../../studies/consensus/findings.ts';
import { planConsensus, recordAt } from '../../studies/consensus/plan.ts';
import { printFindings } from '../../studies/consensus/print.ts';
import type { ConsensusRecord } from '../../studies/consensus/record.ts';
import { FINDING_SETTINGS, RECORD_SETTINGS, SCORES, SIGMA, type FindingSettings, type RecordSettings } from '../../studies/consensus/settings.ts';
import type { Protocol } from '../../studies/file.ts';
import type { StudySetup } from '../../studies/setup.ts';
import type { Study, StudyId, StudyRecord } from '../../studies/study.ts';
import { findingsOf as transferFindings } from '../../studies/transfer/findings.ts';
import { printTransfer } from '../../studies/transfer/print.ts';
import { createTransfer, type TransferRecord } from '../../studies/transfer/record.ts';
import { CURVE_SHARES, settingsOf, TRANSFER_PARAMS, type TransferSettings } from '../../studies/transfer/settings.ts';

/** What findings are made from beside records: as in the file, the models as in the catalogue. */
export type Told = Pick<StudySetup, 'models' | 'method' | 'seed' | 'params' | 'score'>;

export interface Runnable<Settings extends object = object, Kept extends StudyRecord = StudyRecord> extends Study<Settings, Kept> {
  readonly summary: string;
  /** For --set: what decides the records, and what only the findings. */
  readonly recordParams: Params;
  readonly findingParams: Params;
  settings(values: Readonly<Record<string, Value>>): Settings;
  /** The settings that a file was made with. */
  settingsIn(protocol: Protocol): Settings;
  tell(records: readonly Kept[], told: Told, settings: Settings, findingValues: Readonly<Record<string, Value>>): string;
}

const headOf = ({ method, params, score, models, seed }: Told): string => {
  const set = Object.entries(params).map(([name, value]) => `${name} ${String(value)}`);
  return `${method.title}${set.length > 0 ? ` (${set.join(', ')})` : ''} of the ${score}, ${models.length} models, seed ${seed}.`;
};

const CONSENSUS_RECORDS = {
  rule: choice(['published', 'square', 'min-max', 'rank'], { title: 'Vote', default: RECORD_SETTINGS.rule }),
  pooling: choice(['abs-sum', 'sum'], { title: 'Channels', default: RECORD_SETTINGS.pooling }),
  leaveOneOut: flag({ title: 'Leave one out', default: RECORD_SETTINGS.leaveOneOut }),
  balance: flag({ title: 'Balance families', default: RECORD_SETTINGS.balance }),
  weak: flag({ title: 'The weak vote', default: RECORD_SETTINGS.weak }),
};
const CONSENSUS_FINDINGS = {
  likeness: choice(SCORES, { title: 'Consensus score', default: FINDING_SETTINGS.score }),
  sigma: float({ title: 'σ', ...SIGMA, default: FINDING_SETTINGS.sigma }),
  resamples: int({ title: 'Resamples', min: 100, max: 10_000, default: FINDING_SETTINGS.resamples }),
};

const consensus: Runnable<RecordSettings, ConsensusRecord> = {
  id: 'consensus',
  summary: 'Consensus of the models’ maps over test scenes: scores, accuracy, alignment with the true mask.',
  recordParams: CONSENSUS_RECORDS,
  findingParams: CONSENSUS_FINDINGS,
  settings: (values) => ({ ...RECORD_SETTINGS, ...values }),
  settingsIn: ({ settings }) => ({ ...RECORD_SETTINGS, ...settings }),
  open: (setup, settings) => ({ plan: planConsensus(setup, settings), record: (at, found, failed) => recordAt(setup, settings, at, found, failed) }),
  tell(records, told, settings, { likeness, ...rest }) {
    const choices: FindingSettings = { ...FINDING_SETTINGS, ...rest, score: likeness as FindingSettings['score'] };
    return `${headOf(told)}\n${printFindings(consensusFindings(records, { setup: told, settings }, choices))}`;
  },
};

const TRANSFER_RECORDS = { ...TRANSFER_PARAMS, draws: int({ title: 'Draws of each random region', min: 1, max: 16, default: 1 }), curve: flag({ title: 'Curve over the share shown', default: true }) };

const transfer: Runnable<TransferSettings, TransferRecord> = {
  id: 'transfer',
  summary: 'Transfer of features: what every model still recognises of the region that another singles out.',
  recordParams: TRANSFER_RECORDS,
  findingParams: {},
  settings: ({ draws, curve, ...said }) => ({ ...settingsOf(said, curve === false ? [] : CURVE_SHARES), ...(Number(draws) > 1 ? { draws: Number(draws) } : {}) }),
  settingsIn: ({ settings }) => settings as unknown as TransferSettings,
  open: createTransfer,
  tell: (records, told, settings) => printTransfer(headOf(told), settings, transferFindings(records, told.models, told.seed)),
};

export const RUNNABLE = { consensus, transfer } as const satisfies Record<StudyId, unknown>;

/** What of `given` (name → text) is a study's own and what is its findings'. Throws, naming it, where a name is unknown or a value cannot be read. */
export function splitSettings({ recordParams, findingParams }: Pick<Runnable, 'recordParams' | 'findingParams'>, given: Readonly<Record<string, string>>) {
  const all = resolveParams({ ...recordParams, ...findingParams }, given) as Readonly<Record<string, Value>>;
  const of = (params: Params) => Object.fromEntries(Object.keys(defaults(params)).map((name) => [name, all[name]!]));
  return { record: of(recordParams), finding: of(findingParams) };
}
