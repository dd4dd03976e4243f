/** What the paper found and what our data says, finding by finding. The words are the study's (claims.ts). */
import type { ConsensusFindings } from '../../studies/consensus/findings.ts';
import { claimsOf } from '../../studies/consensus/claims.ts';
import { IMAGES_FOR_VERDICT, type Verdict } from '../../studies/verdict.ts';

const WORDS = { supports: 'supported here', contradicts: 'contradicted here', 'cannot tell': 'cannot be told here' } as const satisfies Record<Verdict, string>;
const MARKS = { supports: '✓', contradicts: '✕', 'cannot tell': '?' } as const satisfies Record<Verdict, string>;

export function Claims({ findings }: { readonly findings: ConsensusFindings }) {
  return (
    <section aria-labelledby="consensus-claims">
      <h3 className="consensus-section" id="consensus-claims">
        What the paper found, and what these images say
      </h3>
      <p className="quiet consensus-note">The first three are findings of Li et al. 2023 on other models and pictures; the fourth is our question. None of the numbers is the paper’s. A yes or a no takes {IMAGES_FOR_VERDICT} images.</p>
      <ul className="claims">
        {claimsOf(findings).map(({ id, title, verdict, says }) => (
          <li key={id} data-verdict={verdict}>
            <p className="claim-title">{title}</p>
            <p className="claim-verdict">
              <span aria-hidden="true">{MARKS[verdict]}</span> {WORDS[verdict]}
            </p>
            <p className="claim-says">{says}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
