/** Modules that the build makes: the catalogue of models and methods, so that a link can be read before the engine has started. */
declare module 'virtual:catalog' {
  const catalog: import('./worker/protocol.ts').Catalog;
  export default catalog;
}
