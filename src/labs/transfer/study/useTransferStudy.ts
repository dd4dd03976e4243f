/** The study as the page sees it: progress, records, findings, and how to pause, end and go on. The arithmetic is another thread's, the answers are the engine's. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { answerQuestions, type Question } from '../../../state/remoteClient.ts';
import type { StudySetup } from '../../../studies/setup.ts';
import type { TransferFindings } from '../../../studies/transfer/findings.ts';
import type { TransferRecord } from '../../../studies/transfer/record.ts';
import type { TransferSettings } from '../../../studies/transfer/settings.ts';
import type { Client } from '../../../worker/client.ts';
import { useApp } from '../../../ui/app.ts';
import type { FromDesk, Progress, ToDesk } from './desk.ts';

export interface Asked {
  readonly setup: StudySetup;
  readonly settings: TransferSettings;
  /** From a file: nothing is asked of models. */
  readonly records?: readonly TransferRecord[];
}

export interface Found {
  readonly asked: Asked;
  readonly progress?: Progress;
  readonly records: readonly TransferRecord[];
  readonly findings?: TransferFindings;
  readonly problem?: string;
}

export interface Running {
  readonly found: Found | undefined;
  pause(): void;
  resume(): void;
  cancel(): void;
  /** After a cancel: from where it stood. */
  again(): void;
  /** Asks once more for what failed. */
  retry(): void;
}

/** A thread whose questions go to the client. */
function openDesk(client: Client, hear: (message: Exclude<FromDesk, Question>) => void) {
  const worker = new Worker(new URL('./study.worker.ts', import.meta.url), { type: 'module', name: 'transfer-study' });
  const send = (message: ToDesk) => worker.postMessage(message);
  const answering = answerQuestions(client, send);
  worker.onmessage = ({ data }: MessageEvent<FromDesk>) => ('run' in data ? hear(data) : answering.hear(data));
  worker.onerror = ({ message }) => hear({ type: 'problem', run: -1, message: `The study's thread has stopped (${message || 'no reason given'}): load the page again.` });
  return {
    send,
    close() {
      worker.terminate();
      answering.close();
    },
  };
}

/** `undefined`: nothing is asked. Another `asked` is another run; what both ask for is asked once. */
export function useTransferStudy(asked: Asked | undefined): Running {
  const { client } = useApp();
  const [found, setFound] = useState<Found>();
  const desk = useRef<ReturnType<typeof openDesk>>(undefined);
  const present = useRef<{ readonly run: number; readonly asked: Asked }>(undefined);
  useEffect(() => {
    const made = openDesk(client, (message) => {
      const now = present.current;
      if (!now || (message.run >= 0 && message.run !== now.run)) return;
      setFound((before) => {
        const own: Found = before?.asked === now.asked ? before : { asked: now.asked, records: [] };
        switch (message.type) {
          case 'progress':
            return { ...own, progress: message.progress };
          case 'found':
            return { ...own, records: message.records, findings: message.findings };
          case 'problem':
            return { ...own, problem: message.message };
          default:
            return message satisfies never;
        }
      });
    });
    desk.current = made;
    return () => {
      made.close();
      desk.current = undefined;
    };
  }, [client]);
  useEffect(() => {
    if (!asked) return void (present.current = undefined);
    present.current = { run: (present.current?.run ?? 0) + 1, asked };
    const { run } = present.current;
    const { setup, settings, records } = asked;
    desk.current?.send(records ? { type: 'read', run, records, models: setup.models, seed: setup.seed } : { type: 'open', run, setup, settings });
  }, [asked, client]);
  const send = useCallback((type: 'pause' | 'resume' | 'cancel' | 'again' | 'retry') => desk.current?.send({ type }), []);
  return {
    found: asked && found?.asked === asked ? found : undefined,
    pause: () => send('pause'),
    resume: () => send('resume'),
    cancel: () => send('cancel'),
    again: () => send('again'),
    retry: () => send('retry'),
  };
}
