/** Adversarial Gradient Integration: towards each other class until the model believes it. Not Local Attribution: the radius is the same everywhere and a route ends on arrival. */
import { choice, float, int } from '../params.ts';
import * as tf from '../tf.ts';
import { classesOf, explorationPasses, explore, otherClasses } from './explore.ts';
import { defineMethod } from './method.ts';

/** A = −Σ_t Σ_k ∇p_y(x_k) ⊙ (x_{k+1} − o),  x_{k+1} = clip(o + ε sign ∇p_t(x_k)), o = x or x_k.  Pan et al. 2021, section 3 and the authors' code.  Cost: at most classes · iterations forward, twice that backward. */
export const agi = defineMethod({
  id: 'agi',
  title: 'Adversarial Gradient Integration',
  cite: 'pan2021',
  family: 'exploration',
  signed: true,
  score: 'probability',
  card: {
    says: 'Pushes the image towards each other class until the model believes it, and adds up what each pixel took from the explained class on the way. No baseline is needed.',
    formula: '\\begin{aligned} A &= -\\sum_{t \\ne y} \\sum_{k} \\nabla p_y(x_k^t) \\odot (x_{k+1}^t - o_k) \\\\ x_{k+1}^t &= \\mathrm{clip}_{[0,1]}\\bigl(o_k + \\varepsilon \\, \\mathrm{sign}\\,\\nabla p_t(x_k^t)\\bigr), \\quad o_k = x \\text{ or } x_k^t \\end{aligned}',
    misleads: 'In the authors’ code every move starts from the image again, so the points do not form the path that the paper integrates along; both are on offer. A class that is believed after one move counts less than one that is never reached, and the explained class has no say once another is predicted from the start.',
  },
  params: {
    radius: float({ title: 'Step', help: 'How far a move changes each pixel, of the range from black to white.', min: 0.005, max: 0.5, step: 0.005, default: 0.05, unit: 'percent' }),
    from: choice(['image', 'point'], { title: 'Moves start', help: 'Where each move starts from.', labels: { image: 'At the image (as coded)', point: 'At the point reached (as published)' } }),
    iterations: int({ title: 'Iterations', help: 'Moves per class, at most: a class that is reached is done.', min: 1, max: 50, default: 20, unit: 'steps' }),
    classes: int({ title: 'Classes', help: 'Other classes the image is moved towards; drawn by the seed where the model has more.', min: 1, max: 100, default: 20, scale: 'log' }),
  },
  tiny: { iterations: 3, classes: 2 },
  preview: (params) => ({ ...params, iterations: Math.min(params.iterations, 3), classes: Math.min(params.classes, 7) }),
  needs: () => undefined,
  claims: ({ classes }, graph) => (classes >= classesOf(graph) - 1 ? ['deterministic'] : []),
  passes: ({ iterations, classes }, given) => ({ ...explorationPasses(Math.min(classes, given.classes - 1), iterations), exact: false }),
  async attribute(request, job) {
    const { graph, x, target, params, seed } = request;
    const towards = otherClasses(classesOf(graph), target, params.classes, seed, 'agi');
    const radius = job.own(tf.fill(x.shape, params.radius));
    const { field } = await explore({ ...request, radius, towards, away: false, iterations: params.iterations, from: params.from, stops: true }, job);
    return field;
  },
});
