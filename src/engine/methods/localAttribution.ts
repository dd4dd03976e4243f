/** Local Attribution: adversarial moves inside a small box around the image. Not a path method: every state restarts from the image. */
import { choice, float, int } from '../params.ts';
import * as tf from '../tf.ts';
import { classesOf, explorationPasses, explore, otherClasses } from './explore.ts';
import { defineMethod } from './method.ts';

/** A = −Σ ∇p_y(x_k) ⊙ (x_{k+1} − x), explored inside |x′ − x| ≤ ρ.  Zhu et al. 2024, section 3.  Cost: (classes + 1) · iterations forward, about twice that backward. */
export const localAttribution = defineMethod({
  id: 'local-attribution',
  title: 'Local Attribution',
  cite: 'zhu2024',
  family: 'exploration',
  signed: true,
  score: 'probability',
  card: {
    says: 'Stays close to the image: moves it a little towards each other class, and once simply away from its own, and adds up what each pixel contributed to the loss of probability.',
    formula: '\\begin{aligned} A &= -\\sum_{t} \\sum_{k} \\nabla p_y(x_k^t) \\odot (x_{k+1}^t - x) \\\\ x_{k+1}^t &= \\mathrm{clip}_{[0,1]}\\bigl(x + \\rho \\odot \\mathrm{sign}\\,\\nabla p_t(x_k^t)\\bigr) \\end{aligned}',
    misleads: 'As published the radius is a share of the pixel value: dark pixels can hardly move and black ones get exactly zero. Where the direction of the moves does not change, more iterations only multiply the map.',
  },
  params: {
    radius: float({ title: 'Radius', help: 'How far a pixel may move: a share of its value, or of the range from black to white.', min: 0.01, max: 1, step: 0.01, default: 0.1, unit: 'percent' }),
    space: choice(['share', 'constant'], { title: 'Radius is', help: 'As published, a share of the pixel value: dark pixels move less.', labels: { share: 'Share of the pixel value', constant: 'The same everywhere' } }),
    iterations: int({ title: 'Iterations', help: 'Moves per class. They change the map only where the direction changes.', min: 1, max: 50, default: 20, unit: 'steps' }),
    classes: int({ title: 'Classes', help: 'Other classes the image is moved towards; drawn by the seed where the model has more.', min: 1, max: 100, default: 20, scale: 'log' }),
  },
  tiny: { iterations: 3, classes: 2 },
  preview: (params) => ({ ...params, iterations: Math.min(params.iterations, 3), classes: Math.min(params.classes, 7) }),
  needs: () => undefined,
  claims: ({ classes }, graph) => (classes >= classesOf(graph) - 1 ? ['deterministic'] : []),
  passes: ({ iterations, classes }, given) => ({ ...explorationPasses(Math.min(classes, given.classes - 1) + 1, iterations), exact: true }),
  async attribute(request, job) {
    const { graph, x, target, params, seed } = request;
    const towards = otherClasses(classesOf(graph), target, params.classes, seed, 'local-attribution');
    const radius = job.own(tf.tidy(() => (params.space === 'share' ? tf.mul(x, params.radius) : tf.fill(x.shape, params.radius))));
    const { field } = await explore({ ...request, radius, towards, away: true, iterations: params.iterations, from: 'image', stops: false }, job);
    return field;
  },
});
