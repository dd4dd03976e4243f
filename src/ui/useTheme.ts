/** Light or dark: the visitor's choice, else the system's. Puts the choice on the root element and tells which one is seen. */
import { useEffect, useSyncExternalStore } from 'react';

export type ThemeChoice = 'system' | 'light' | 'dark';
export type Theme = 'light' | 'dark';

const query = () => window.matchMedia('(prefers-color-scheme: dark)');
const subscribe = (changed: () => void) => {
  const media = query();
  media.addEventListener('change', changed);
  return () => media.removeEventListener('change', changed);
};

export function useTheme(choice: ThemeChoice): Theme {
  const systemDark = useSyncExternalStore(subscribe, () => query().matches);
  useEffect(() => {
    if (choice === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = choice;
  }, [choice]);
  return choice === 'system' ? (systemDark ? 'dark' : 'light') : choice;
}
