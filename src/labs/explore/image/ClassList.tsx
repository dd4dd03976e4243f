/** What the committee says, class by class, and which class is explained. */
import { useState } from 'react';
import { Button, Label, Radio, RadioGroup } from 'react-aria-components';
import type { TargetChoice } from '../../../state/view.ts';
import { Bar } from '../../../ui/Bar.tsx';
import { probability } from '../../../ui/numbers.ts';

export interface ClassShare {
  readonly index: number;
  readonly name: string;
  /** The committee's mean probability. */
  readonly share: number;
}

interface Props {
  /** Most probable first. */
  readonly classes: readonly ClassShare[];
  /** Some model has answered. */
  readonly known: boolean;
  readonly target: TargetChoice;
  /** The class most members predict. */
  readonly majority?: number;
  onTarget(target: TargetChoice): void;
}

/** Classes in sight before "all classes" is pressed. */
const FEW = 4;
/** And after it. */
const MANY = 40;

export function ClassList({ classes, known, target, majority, onTarget }: Props) {
  const [all, setAll] = useState(false);
  const chosen = target === 'majority' ? majority : target === 'own' ? undefined : target;
  const shown = classes.filter(({ index }, rank) => rank < (all ? MANY : FEW) || index === chosen);
  return (
    <RadioGroup
      className="classes"
      value={String(target)}
      onChange={(value) => onTarget(value === 'majority' || value === 'own' ? value : Number(value))}
    >
      <Label className="visually-hidden">Class to explain</Label>
      <div className="classes-modes">
        <Radio className="segment" value="majority">
          Majority
        </Radio>
        <Radio className="segment" value="own">
          Each model’s own
        </Radio>
      </div>
      {shown.map(({ index, name, share }) => (
        <Radio key={index} className="class-row" value={String(index)} data-explained={index === chosen || undefined} aria-label={known ? `${name}, ${probability(share)}` : name}>
          <span className="class-name">{name}</span>
          <Bar share={share} />
          <span className="class-share">{known ? probability(share) : '–'}</span>
        </Radio>
      ))}
      {classes.length > FEW && (
        <Button className="button button-text classes-more" onPress={() => setAll(!all)}>
          {all ? 'Fewer classes' : classes.length > MANY ? `${MANY} of ${classes.length} classes` : `All ${classes.length} classes`}
        </Button>
      )}
    </RadioGroup>
  );
}
