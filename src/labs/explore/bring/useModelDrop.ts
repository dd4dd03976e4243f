/** Files of a model that are dropped anywhere on the page; pictures are left to the page. */
import { useEffect } from 'react';
import { isModelFile, takeFiles } from '../../../state/bringing.ts';
import { useApp } from '../../../ui/app.ts';
import { droppedFiles, holdsModel } from './files.ts';

const hasFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes('Files') ?? false;

/** `onPicture`: what else is dropped, outside the place that is for it. */
export function useModelDrop(onPicture: (file: File) => void): void {
  const app = useApp();
  useEffect(() => {
    const over = (event: DragEvent) => hasFiles(event) && event.preventDefault();
    // Before the page's own places for pictures hear of it.
    const capture = (event: DragEvent) => {
      const { dataTransfer } = event;
      if (!dataTransfer || !hasFiles(event) || !holdsModel(dataTransfer, isModelFile)) return;
      event.preventDefault();
      event.stopPropagation();
      void droppedFiles(dataTransfer).then((given) => takeFiles(app, given));
    };
    const drop = (event: DragEvent) => {
      if (event.defaultPrevented || !hasFiles(event)) return;
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file) onPicture(file);
    };
    document.addEventListener('dragover', over);
    document.addEventListener('drop', capture, true);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragover', over);
      document.removeEventListener('drop', capture, true);
      document.removeEventListener('drop', drop);
    };
  }, [app, onPicture]);
}
