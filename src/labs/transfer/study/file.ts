/** The study as a file and back: what the command line writes as well. Pure. */
import { paramsOf } from '../../../state/request.ts';
import { protocolOf, readStudyFile, StudyFileError, studyText } from '../../../studies/file.ts';
import { drawScenes } from '../../../studies/setup.ts';
import type { TransferRecord } from '../../../studies/transfer/record.ts';
import { settingsOf } from '../../../studies/transfer/settings.ts';
import type { Catalog } from '../../../worker/protocol.ts';
import type { Asked } from './useTransferStudy.ts';

export const fileText = ({ setup, settings }: Asked, records: readonly TransferRecord[]): string => studyText({ format: 1, study: 'transfer', protocol: protocolOf(setup, settings), records });

/** Of a kept image the lists that findings read; what else is wrong with it, they say. */
const check = (record: Readonly<Record<string, unknown>>): string | undefined =>
  record['standing'] === 'left out' || (record['standing'] === 'kept' && Array.isArray(record['models']) && Array.isArray(record['levels'])) ? undefined : 'is of no image that was kept or left out';

/** What the file asked and what it holds. Throws `StudyFileError` where it cannot be read here: it names the file, what is wrong, and the remedy. */
export function readFile(text: string, name: string, catalog: Catalog): Asked {
  const { protocol, records } = readStudyFile<TransferRecord>(text, name, 'transfer', check);
  const models = protocol.models.map(({ id }) => {
    const model = catalog.models.find((one) => one.id === id);
    if (!model) throw new StudyFileError(`${name}: it speaks of the model ${id}, which this site does not have; open it where it was made`);
    return model;
  });
  const method = catalog.methods.find(({ id }) => id === protocol.method);
  if (!method) throw new StudyFileError(`${name}: it speaks of the method ${protocol.method}, which this site does not have; open it where it was made`);
  const { shares, ...said } = protocol.settings as Record<string, string | number | boolean> & { shares?: readonly number[] };
  // The pictures of a folder are not in the file: there is nothing to look at again.
  const images = protocol.source === 'scenes' ? drawScenes(catalog.scenes, protocol.drawn, protocol.seed) : [];
  return {
    setup: { models, method, params: paramsOf(method.params, protocol.params), score: protocol.score as Asked['setup']['score'], images, seed: protocol.seed },
    settings: settingsOf(said, Array.isArray(shares) ? shares : []),
    records,
  };
}
