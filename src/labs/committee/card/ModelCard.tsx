/** The card of one model: what it is and how good, in words and figures, and its network. What is written beside its weights is asked of the engine by the plan (state/request.ts). */
import { useEffect, useRef } from 'react';
import { Button } from 'react-aria-components';
import { select, showModelInExplore, toggleModel } from '../../../state/actions.ts';
import { SLOTS } from '../../../state/store.ts';
import type { CardResult, ModelEntry } from '../../../worker/protocol.ts';
import { useApp, useAppState, useView } from '../../../ui/app.ts';
import { Facts } from '../../../ui/Facts.tsx';
import { CloseIcon } from '../../../ui/icons.tsx';
import { byteWords, count, percent, short } from '../../../ui/numbers.ts';
import { roleSays } from '../../../ui/roles.ts';
import { NetworkSection } from '../diagram/NetworkSection.tsx';
import { Waiting } from '../Waiting.tsx';
import { accuracyWords, stickerWords, trainingWords } from './cardWords.ts';
import { Confusion } from './Confusion.tsx';
import { Reliability } from './Reliability.tsx';

export function ModelCard({ model }: { readonly model: ModelEntry }) {
  const { store } = useApp();
  const entry = useAppState((state) => state.entries[SLOTS.card(model.id)]);
  const card = entry?.shown?.result.kind === 'card' ? entry.shown.result.card : undefined;
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    void section.current?.scrollIntoView({ block: 'start' });
  }, [model.id]);
  return (
    <section className="model-card" id="model-card" ref={section} aria-labelledby="model-card-head">
      <header className="model-card-head">
        <p className="section-head">{model.familyTitle}</p>
        <h3 id="model-card-head">{model.title}</h3>
        <Button className="button button-bare" aria-label={`Close the card of ${model.title}`} onPress={() => select(store, {})}>
          <CloseIcon />
        </Button>
      </header>
      <Words model={model} card={card} />
      {card ? <Figures model={model} card={card} /> : <Waiting entry={entry} what={`the card of ${model.title}`} />}
      <NetworkSection model={model} />
    </section>
  );
}

function Words({ model, card }: { readonly model: ModelEntry; readonly card: CardResult['card'] | undefined }) {
  const { store } = useApp();
  const shown = useView((view) => view.models.includes(model.id));
  return (
    <div className="model-card-words">
      <p className="prose">{card?.architecture}</p>
      <p className="prose prose-small">
        {model.note} In the committee it {roleSays(model.role)}.
      </p>
      <p className="model-card-actions">
        <Button className="button" onPress={() => showModelInExplore(store, model.id)}>
          {shown ? 'Go to it in Explore' : 'Show in Explore'}
        </Button>
        {shown && (
          <Button className="button" onPress={() => toggleModel(store, model.id)}>
            Remove from Explore
          </Button>
        )}
      </p>
    </div>
  );
}

function Figures({ model, card }: { readonly model: ModelEntry; readonly card: CardResult['card'] }) {
  return (
    <div className="model-card-figures">
      <Numbers model={model} card={card} />
      <section aria-labelledby="reliability-head">
        <h4 className="section-head" id="reliability-head">
          How far its confidence can be believed
        </h4>
        <Reliability calibration={card.calibration} title={model.title} />
      </section>
      <section aria-labelledby="confusion-head">
        <h4 className="section-head" id="confusion-head">
          What it takes for what
        </h4>
        <Confusion confusion={card.confusion} classes={model.classes} title={model.title} />
      </section>
    </div>
  );
}

function Numbers({ model, card }: { readonly model: ModelEntry; readonly card: CardResult['card'] }) {
  const { validation, test, stickers, golden, training } = card;
  const top = golden.gradient.target;
  const facts: readonly (readonly [string, string])[] = [
    ['Right on test scenes', accuracyWords(test)],
    ['On validation scenes', accuracyWords(validation)],
    ['With a sticker of its class', accuracyWords(stickers.truthful)],
    ['With a sticker of another', accuracyWords(stickers.misleading)],
    ['Parameters', count(model.parameters)],
    ['Multiply-adds of an image', count(model.multiplyAdds)],
    ['Download', `${byteWords(model.bytes)}, 16-bit weights`],
    ['Checksum of the weights', `sha256 ${model.sha256.slice(0, 12)}…`],
    ['Golden scene', `${golden.scene}: ${model.classes[top] ?? top}, logit ${short(golden.logits[top] ?? NaN)}. On a GPU its logits and gradient must come out the same before the model is used`],
  ];
  return (
    <section aria-labelledby="facts-head">
      <h4 className="section-head" id="facts-head">
        Numbers
      </h4>
      <Facts facts={facts} />
      <p className="prose prose-small">{stickerWords(stickers)}</p>
      <p className="prose prose-small">{trainingWords(training)} To train it again:</p>
      <pre className="command">
        <code>{training.command}</code>
      </pre>
      {card.sha256 !== model.sha256 && <p className="trouble">This card speaks of other weights ({card.sha256.slice(0, 12)}…) than the catalogue. Reload the page; if that does not help, run “evaluate {model.id}” again.</p>}
      <p className="quiet">Chance would be right for {percent(1 / model.classes.length, 1)}.</p>
    </section>
  );
}
