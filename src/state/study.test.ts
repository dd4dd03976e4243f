/** From the shared choice to what a study asks. */
import { describe, expect, test } from 'vitest';
import { CATALOG } from '../worker/testing.ts';
import { defaultView } from './defaults.ts';
import { studySetup } from './study.ts';
import { presentPreset, studyScore, withStudyParam } from './studyPresets.ts';
import { readLink, writeLink } from './url.ts';
import type { View } from './view.ts';

const base = defaultView(CATALOG);
const smooth = CATALOG.methods.find(({ id }) => id === 'smoothgrad')!;
const nothing = { pictures: [], without: [] };

describe('presets', () => {
  test('the first view is the paper’s SmoothGrad; a parameter or another score is no longer it', () => {
    expect(base.study).toMatchObject({ method: 'smoothgrad', params: { noise: 0.1 }, score: 'probability' });
    expect(presentPreset(CATALOG, base.study)?.id).toBe('smoothgrad');
    expect(presentPreset(CATALOG, { ...base.study, params: { noise: 0.2 } })).toBeUndefined();
    expect(presentPreset(CATALOG, { ...base.study, score: 'logit' })).toBeUndefined();
  });
  test('the defaults of the first view’s own method are said in a link, and come back', () => {
    const view: View = { ...base, study: { ...base.study, params: {} } };
    expect(writeLink(view, CATALOG)).toBe('study.param.noise=0.15');
    expect(readLink('study.param.noise=0.15', CATALOG).view.study.params).toEqual({});
    expect(readLink('', CATALOG).view.study.params).toEqual({ noise: 0.1 });
  });
});

test('a parameter that is set to its default is left out; unknown ones and nonsense are refused', () => {
  expect(withStudyParam(smooth, { noise: 0.3 }, 'noise', 0.15)).toEqual({});
  expect(withStudyParam(smooth, {}, 'noise', 7)).toEqual({ noise: 1 });
  expect(() => withStudyParam(smooth, {}, 'wings', 1)).toThrow(/smoothgrad.*wings/);
  expect(() => withStudyParam(smooth, {}, 'noise', 'x')).toThrow(/cannot be "x"/);
});

test('published is the method’s own score; a margin has no rival here', () => {
  expect([studyScore({ score: 'log-probability' }, 'published'), studyScore({ score: 'margin' }, 'published'), studyScore({ score: 'logit' }, 'probability')]).toEqual(['log-probability', 'logit', 'probability']);
});

describe('the setup', () => {
  test('models in the catalogue’s order without those that cannot; all parameters; as many scenes as asked', () => {
    const setup = studySetup(CATALOG, { ...base.study, models: ['resnet', 'cnn', 'vit'], images: 5 }, { pictures: [], without: ['vit'] })!;
    expect(setup.models.map(({ id }) => id)).toEqual(['cnn', 'resnet']);
    expect(setup.images).toHaveLength(5);
    expect([setup.params, setup.score]).toEqual([{ noise: 0.1, square: false }, 'probability']);
  });
  test('none without models, without pictures, without the method', () => {
    expect(studySetup(CATALOG, { ...base.study, models: [] }, nothing)).toBeUndefined();
    expect(studySetup(CATALOG, { ...base.study, source: 'folder' }, nothing)).toBeUndefined();
    expect(studySetup(CATALOG, { ...base.study, method: 'astrology' }, nothing)).toBeUndefined();
  });
});
