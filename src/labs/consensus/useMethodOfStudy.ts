/** The method that the study explains with. */
import { useAppState } from '../../ui/app.ts';

export const useMethodOfStudy = () => useAppState(({ catalog, view }) => catalog.methods.find(({ id }) => id === view.study.method));
