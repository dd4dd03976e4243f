/** What stands in place of an empty grid, with the way out of it. */
import { MethodsMenu, ModelsMenu } from './GridMenus.tsx';

export function GridMessage({ models }: { readonly models: number }) {
  return (
    <div className="grid-message">
      <p className="prose">{models === 0 ? 'The committee is empty. Bring in a model and it will explain itself.' : 'No method is chosen. Choose one to see what moved the models.'}</p>
      {models === 0 ? <ModelsMenu /> : <MethodsMenu />}
    </div>
  );
}
