/** What the roles of a committee's members are called on the page. Which member has which: the catalogue. */
import type { Role } from '../engine/models/committee.ts';

const ROLES = {
  member: { tag: '', title: 'Voting members', says: 'votes' },
  weak: { tag: 'weak', title: 'Weak on purpose', says: 'weak on purpose: it is scored, but neither votes nor filters unless asked' },
  shortcut: { tag: 'cheats', title: 'Cheating', says: 'has learned a shortcut on purpose: it is scored, but does not vote unless asked' },
} as const satisfies Record<Role, { readonly tag: string; readonly title: string; readonly says: string }>;

/** One word beside a name; nothing for a member like others. */
export const roleTag = (role: Role): string => ROLES[role].tag;
export const roleTitle = (role: Role): string => ROLES[role].title;
export const roleSays = (role: Role): string => ROLES[role].says;
