/** The twelve classes in label order. Not the distractors, which belong to no class. */
import { car } from './car.ts';
import { fish } from './fish.ts';
import { house } from './house.ts';
import { lamp } from './lamp.ts';
import { mug } from './mug.ts';
import { mushroom } from './mushroom.ts';
import type { ObjectClass } from './object.ts';
import { rocket } from './rocket.ts';
import { sailboat } from './sailboat.ts';
import { teapot } from './teapot.ts';
import { truck } from './truck.ts';
import { umbrella } from './umbrella.ts';
import { wateringCan } from './wateringCan.ts';

export const OBJECTS: readonly ObjectClass[] = [
  mug, teapot, wateringCan, mushroom, umbrella, lamp, car, truck, sailboat, rocket, fish, house,
];

/** The classes a model tells apart; a class's index here is its label. */
export const CLASSES: readonly { readonly id: string; readonly title: string }[] = OBJECTS.map(({ id, title }) => ({ id, title }));

/** The class called `id`; throws where there is none. */
export function objectClass(id: string): ObjectClass {
  const found = OBJECTS.find((object) => object.id === id);
  if (!found) throw new Error(`No class of scenes is called '${id}'; the classes are ${OBJECTS.map((o) => o.id).join(', ')}.`);
  return found;
}
