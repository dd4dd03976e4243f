/** A TeX formula as MathML, typeset by KaTeX (loaded when the first formula appears). Before that, and on an error, the source itself. */
import { useEffect, useState } from 'react';

type Katex = typeof import('katex').default;
let loaded: Katex | undefined;

export function Formula({ tex }: { readonly tex: string }) {
  const [katex, setKatex] = useState<Katex | undefined>(() => loaded);
  useEffect(() => {
    if (katex) return;
    let wanted = true;
    void import('katex').then((module) => {
      loaded = module.default;
      if (wanted) setKatex(() => module.default);
    });
    return () => {
      wanted = false;
    };
  }, [katex]);
  if (!katex) return <p className="formula formula-source">{tex}</p>;
  const html = katex.renderToString(tex, { output: 'mathml', displayMode: true, throwOnError: false });
  return <div className="formula" tabIndex={0} role="group" aria-label="Formula" dangerouslySetInnerHTML={{ __html: html }} />;
}
