/** The images of a study: so many scenes of the test split, or a folder of the visitor's own pictures, which never leave the page. */
import { DropZone, Button, FileTrigger, type DropItem } from 'react-aria-components';
import { int } from '../../engine/params.ts';
import { endDrag, setStudy } from '../../state/actions.ts';
import { openFolder, type Folder, type FolderFile } from '../../state/folder.ts';
import { STUDY_IMAGES } from '../../state/urlStudy.ts';
import type { StudyChoice } from '../../state/view.ts';
import { useApp, useAppState, useView } from '../app.ts';
import { ImageIcon } from '../icons.tsx';
import { plural } from '../numbers.ts';
import { Segmented } from '../Segmented.tsx';
import { Slider } from '../Slider.tsx';

const SOURCES: readonly { readonly id: StudyChoice['source']; readonly title: string }[] = [
  { id: 'scenes', title: 'Test scenes' },
  { id: 'folder', title: 'My folder' },
];
const IMAGES = int({ title: 'How many', ...STUDY_IMAGES, scale: 'log', default: 12 });

export function ImageSet() {
  const { store } = useApp();
  const { source, images } = useView((view) => view.study);
  const folder = useAppState((state) => state.folder);
  return (
    <>
      <Segmented title="Images of the study" hideTitle options={SOURCES} value={source} onChange={(next) => setStudy(store, { source: next })} />
      <Slider
        param={IMAGES}
        value={images}
        onChange={(next, final) => {
          setStudy(store, { images: next }, { dragging: !final });
          if (final) endDrag(store);
        }}
      />
      {source === 'folder' && <FolderPicker folder={folder} onFiles={(files) => void openFolder(store, files)} />}
    </>
  );
}

/** Every file of what was dropped, folders opened. */
async function filesOf(items: Iterable<DropItem> | AsyncIterable<DropItem>, path = ''): Promise<FolderFile[]> {
  const files: FolderFile[] = [];
  for await (const item of items) {
    if (item.kind === 'file') {
      const file = await item.getFile();
      files.push({ name: file.name, size: file.size, arrayBuffer: () => file.arrayBuffer(), webkitRelativePath: `${path}${file.name}` });
    }
    if (item.kind === 'directory') files.push(...(await filesOf(item.getEntries(), `${path}${item.name}/`)));
  }
  return files;
}

function FolderPicker({ folder, onFiles }: { readonly folder: Folder | undefined; onFiles(files: readonly FolderFile[]): void }) {
  const choose = (files: FileList | null) => files && files.length > 0 && onFiles([...files]);
  return (
    <DropZone className="study-folder" aria-label="Drop pictures or a folder here" getDropOperation={() => 'copy'} onDrop={({ items }) => void filesOf(items).then(onFiles)}>
      <div className="study-row">
        <FileTrigger acceptDirectory onSelect={choose}>
          <Button className="button">
            <ImageIcon /> Folder
          </Button>
        </FileTrigger>
        <FileTrigger allowsMultiple acceptedFileTypes={['image/*']} onSelect={choose}>
          <Button className="button">Files</Button>
        </FileTrigger>
      </div>
      <p className="quiet" role="status">
        {folderWords(folder)}
      </p>
      <p className="quiet">Masks are found by name: cat.mask.png or masks/cat.png for cat.jpg, white on black. The middle square is used. Pictures stay on this machine, so a link cannot carry them; this browser keeps what was computed of them until it is forgotten (Kept results).</p>
      {folder && folder.problems.length > 0 && (
        <details className="study-problems" open={folder.pictures.length === 0 && !folder.reading}>
          <summary>{plural(folder.problems.length, 'file or mask', 'files or masks')} with a problem</summary>
          <ul>
            {folder.problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </details>
      )}
    </DropZone>
  );
}

function folderWords(folder: Folder | undefined): string {
  if (!folder) return 'Choose a folder or several pictures, or drop them here.';
  if (folder.reading) return `Reading ${folder.reading.done} of ${plural(folder.reading.total, 'picture')} …`;
  const masks = folder.pictures.filter(({ mask }) => mask).length;
  return `${plural(folder.pictures.length, 'picture')}, ${masks === 0 ? 'none' : masks} with a mask.`;
}
