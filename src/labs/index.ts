/** The labs that exist, in the order of the bar along the top. */
export const LABS = [{ id: 'explore', title: 'Explore' }] as const;
