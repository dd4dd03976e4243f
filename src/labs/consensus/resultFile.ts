/** The study as a file and back: what the command line writes as well. Pure. */
import { paramsOf } from '../../state/request.ts';
import type { ScoreKind } from '../../engine/methods/score.ts';
import type { ConsensusRecord } from '../../studies/consensus/record.ts';
import { RECORD_SETTINGS, type RecordSettings } from '../../studies/consensus/settings.ts';
import { protocolOf, readStudyFile, StudyFileError, studyText } from '../../studies/file.ts';
import { drawScenes, type StudyImage, type StudySetup } from '../../studies/setup.ts';
import type { Catalog } from '../../worker/protocol.ts';
import type { Polling } from './polled.ts';

export interface Opened extends Polling {
  /** Of the file. */
  readonly name: string;
  readonly records: readonly ConsensusRecord[];
}

export const resultText = ({ setup, settings }: Polling, records: readonly ConsensusRecord[]): string => studyText({ format: 1, study: 'consensus', protocol: protocolOf(setup, settings), records });

const LISTS = ['models', 'voters', 'sizes', 'drops'] as const;

/** What is wrong with a record, as far as findings hang on it. */
function check(record: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof record['name'] !== 'string' || typeof record['target'] !== 'number') return 'has no name or no class';
  if (record['kind'] === 'left out') return Array.isArray(record['wrong']) ? undefined : 'does not say who errs';
  if (record['kind'] !== 'kept') return 'is of no image that was kept or left out';
  const missing = LISTS.find((name) => !Array.isArray(record[name])) ?? (['gram', 'controls', 'consensus'] as const).find((name) => typeof record[name] !== 'object' || record[name] === null);
  return missing ? `has no ${missing}` : undefined;
}

const RULES = ['published', 'square', 'min-max', 'rank'] as const satisfies readonly RecordSettings['rule'][];

function settingsOf(said: Readonly<Record<string, unknown>>, name: string): RecordSettings {
  const flagOf = (key: 'leaveOneOut' | 'balance' | 'weak') => (typeof said[key] === 'boolean' ? said[key] : RECORD_SETTINGS[key]);
  const rule = RULES.find((one) => one === said['rule']);
  if (!rule) throw new StudyFileError(`${name}: its maps vote by ${JSON.stringify(said['rule'])}, this site knows ${RULES.join(', ')}; open it where it was made`);
  return { rule, pooling: said['pooling'] === 'sum' ? 'sum' : 'abs-sum', leaveOneOut: flagOf('leaveOneOut'), balance: flagOf('balance'), weak: flagOf('weak') };
}

const SCORES = ['logit', 'probability', 'log-probability'] as const satisfies readonly ScoreKind[];

function imagesOf(catalog: Catalog, drawn: number, seed: number, source: 'scenes' | 'folder', records: readonly ConsensusRecord[]): readonly StudyImage[] {
  if (source === 'scenes') return drawScenes(catalog.scenes, drawn, seed);
  return Array.from({ length: drawn }, (_, at) => ({ kind: 'picture', id: '', name: records.find((record) => record.at === at)?.name ?? `picture ${at + 1}`, rgb: new Uint8Array() }));
}

/** Throws `StudyFileError` where it cannot be shown here: it names the file, what is wrong, and the remedy. */
export function readResult(text: string, name: string, catalog: Catalog): Opened {
  const { protocol, records } = readStudyFile<ConsensusRecord>(text, name, 'consensus', check);
  const unknown = (what: string) => new StudyFileError(`${name}: it speaks of the ${what}, which this site does not have; open it where it was made`);
  const models = protocol.models.map(({ id }) => {
    const model = catalog.models.find((one) => one.id === id);
    if (!model) throw unknown(`model ${id}`);
    return model;
  });
  const method = catalog.methods.find(({ id }) => id === protocol.method);
  if (!method) throw unknown(`method ${protocol.method}`);
  const score = SCORES.find((one) => one === protocol.score);
  if (!score) throw unknown(`score ${protocol.score}`);
  const setup: StudySetup = { models, method, params: paramsOf(method.params, protocol.params), score, images: imagesOf(catalog, protocol.drawn, protocol.seed, protocol.source, records), seed: protocol.seed };
  return { name, records, setup, settings: settingsOf(protocol.settings, name) };
}
