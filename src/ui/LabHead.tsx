/** The head of a page that is a table: what it says in a sentence, the controls that choose rows, how many are seen. Holds no state. */
import type { ReactNode } from 'react';
import { Announcer } from './Announcer.tsx';

interface Props {
  readonly id: string;
  readonly title: string;
  readonly story: string;
  /** What is chosen among, in words: "Methods". */
  readonly noun: string;
  /** "21 models", "3 of 21 models". */
  readonly tally: string;
  /** Between the sentence and the controls. */
  readonly progress?: ReactNode;
  /** The controls. */
  readonly children: ReactNode;
}

export function LabHead({ id, title, story, noun, tally, progress, children }: Props) {
  return (
    <header className="lab-head">
      <h2 id={id}>{title}</h2>
      <p className="lab-story">{story}</p>
      {progress}
      <form className="lab-filter" role="search" aria-label={noun} onSubmit={(event) => event.preventDefault()}>
        {children}
        <p className="lab-count quiet">{tally}</p>
      </form>
      <Announcer sentence={tally} />
    </header>
  );
}
