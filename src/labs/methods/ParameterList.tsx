/** Parameters of a method or a metric with their ranges, in words. Changes none. */
import type { Params } from '../../engine/params.ts';
import { Facts } from '../../ui/Facts.tsx';
import { rangeWords } from '../../ui/methodWords.ts';

export function ParameterList({ params }: { readonly params: Params }) {
  const facts = Object.values(params).map(
    (param) =>
      [
        param.title,
        <>
          {rangeWords(param)}
          {param.help && <span className="quiet"> {param.help}</span>}
        </>,
      ] as const,
  );
  return <Facts look="parameters" facts={facts} />;
}
