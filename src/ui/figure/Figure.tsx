/** The frame of every figure: title, a sentence, the drawing or its table, the protocol beneath, and a menu that saves it. Decides nothing: the kind draws, the page says. */
import { useId, useMemo, useRef, useState, type ReactNode } from 'react';
import { Button } from 'react-aria-components';
import { svgToPng } from '../../draw/export.ts';
import type { FigureKind } from '../../draw/figure/kinds.ts';
import type { Drawing } from '../../draw/figure/marks.ts';
import { figureSize, figureSvg, type Words } from '../../draw/figure/svg.ts';
import { toCsv } from '../../fields/csv.ts';
import { notify } from '../../state/actions.ts';
import { useApp, useView } from '../app.ts';
import { download } from '../download.ts';
import { MenuButton } from '../MenuButton.tsx';
import { useTheme } from '../useTheme.ts';
import { useWidth } from '../useWidth.ts';
import { captionLines, type FigureCaption } from './caption.ts';
import { Chart } from './Chart.tsx';
import { FigureTable } from './FigureTable.tsx';
import './figure.css';

interface Props<Data> {
  readonly kind: FigureKind<Data>;
  /** Keep it (useMemo): a new object is drawn anew. */
  readonly data: Data;
  readonly title: string;
  /** What one sees, in a sentence. */
  readonly lead?: string;
  readonly caption: FigureCaption;
  /** Of files, without an ending: 'chorale-score-accuracy'. */
  readonly file: string;
  readonly level?: 2 | 3 | 4;
  /** A click, Enter or Space on a spot or cell. */
  onPick?(series: readonly string[]): void;
  /** Between the sentence and the drawing: controls of this figure. */
  readonly children?: ReactNode;
}

export function Figure<Data>({ kind, data, title, lead, caption, file, level = 3, onPick, children }: Props<Data>) {
  const theme = useTheme(useView((view) => view.theme));
  const body = useRef<HTMLDivElement>(null);
  const width = useWidth(body);
  const [tabled, setTabled] = useState(false);
  const id = useId();
  const drawing = useMemo(() => (width > 0 ? kind.draw(data, { width, theme }) : undefined), [kind, data, width, theme]);
  const table = useMemo(() => kind.table(data), [kind, data]);
  const lines = captionLines(caption);
  const Heading = `h${level}` as const;
  return (
    <figure className="figure" aria-labelledby={`${id}title`} aria-describedby={`${id}says`}>
      <div className="figure-head">
        <Heading id={`${id}title`}>{title}</Heading>
        <div className="figure-actions">
          <Button className="button button-text" onPress={() => setTabled(!tabled)} aria-label={`${tabled ? 'Show as figure' : 'Show as table'}: ${title}`}>
            {tabled ? 'Show as figure' : 'Show as table'}
          </Button>
          <Save file={file} title={title} csv={() => toCsv(table.header, table.rows)} figure={() => drawing && { drawing, words: { title, lead: lead ? [lead] : [], caption: [...lines, location.href] }, theme }} />
        </div>
      </div>
      {lead && <p className="figure-lead">{lead}</p>}
      <p className="visually-hidden" id={`${id}says`}>
        {kind.says(data)}
      </p>
      {children}
      <div className="figure-body" ref={body}>
        {tabled ? <FigureTable table={table} title={title} /> : drawing && <Chart drawing={drawing} label={title} room={width} {...(onPick ? { onPick } : {})} />}
      </div>
      <figcaption className="figure-caption">
        {lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </figcaption>
    </figure>
  );
}

const FILES = [
  { id: 'png', title: 'Picture, PNG', description: 'with its caption, at twice its size' },
  { id: 'svg', title: 'Picture, SVG', description: 'with its caption' },
  { id: 'csv', title: 'Numbers, CSV', description: 'with intervals, unrounded' },
] as const;

interface SaveProps {
  readonly file: string;
  readonly title: string;
  csv(): string;
  figure(): { readonly drawing: Drawing; readonly words: Words; readonly theme: 'light' | 'dark' } | undefined;
}

function Save({ file, title, csv, figure }: SaveProps) {
  const { store } = useApp();
  const save = async (id: string) => {
    if (id === 'csv') return download(`${file}.csv`, new Blob([csv()], { type: 'text/csv' }));
    const made = figure();
    if (!made) throw new Error(`'${title}' has not been drawn yet: wait until it stands on the page.`);
    const svg = figureSvg(made.drawing, made.words, made.theme);
    download(`${file}.${id}`, id === 'svg' ? new Blob([svg], { type: 'image/svg+xml' }) : await svgToPng(svg, figureSize(made.drawing, made.words)));
  };
  return (
    <MenuButton
      bare
      label={`Save the figure: ${title}`}
      title="Save"
      items={FILES}
      onAction={(id) => void save(id).catch((error: unknown) => notify(store, 'error', error instanceof Error ? error.message : String(error)))}
    >
      Save
    </MenuButton>
  );
}
