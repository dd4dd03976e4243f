/** Files as a browser hands them over, with their paths: from a dialogue, from a drop, from folders in a drop. Reads none of them. */
import type { NamedFile } from '../../../worker/ownModels.ts';

export const namedFiles = (files: Iterable<File>): NamedFile[] => [...files].map((file) => ({ name: file.webkitRelativePath || file.name, blob: file }));

const fileOf = (entry: FileSystemFileEntry): Promise<File> => new Promise((resolve, reject) => entry.file(resolve, reject));
const entriesOf = (reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> => new Promise((resolve, reject) => reader.readEntries(resolve, reject));

async function within(entry: FileSystemEntry): Promise<NamedFile[]> {
  if (entry.isFile) return [{ name: entry.fullPath.replace(/^\//, ''), blob: await fileOf(entry as FileSystemFileEntry) }];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: NamedFile[] = [];
  // A reader gives a hundred at a time.
  for (let entries = await entriesOf(reader); entries.length > 0; entries = await entriesOf(reader)) for (const inner of entries) found.push(...(await within(inner)));
  return found;
}

/** What a drop holds, folders unfolded. Must be called within the event: afterwards a browser forgets it. */
export function droppedFiles({ items, files }: DataTransfer): Promise<NamedFile[]> {
  const entries = [...items].flatMap((item) => (item.kind === 'file' ? (item.webkitGetAsEntry() ?? []) : []));
  if (entries.length === 0) return Promise.resolve(namedFiles(files));
  return Promise.all(entries.map(within)).then((found) => found.flat());
}

/** Whether a drop holds a folder, or something that is called like a part of a model. */
export const holdsModel = ({ items, files }: DataTransfer, isModelFile: (name: string) => boolean): boolean =>
  [...items].some((item) => item.kind === 'file' && item.webkitGetAsEntry()?.isDirectory) || [...files].some(({ name }) => isModelFile(name));
