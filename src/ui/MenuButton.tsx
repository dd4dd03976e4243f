/** A button that opens a menu of actions, or of things to have and not to have. Knows no actions. */
import type { ReactNode } from 'react';
import { Button, Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover, Text, type Selection } from 'react-aria-components';

export interface Item {
  readonly id: string;
  readonly title: string;
  readonly description?: string;
  readonly isDisabled?: boolean;
}

interface Props {
  readonly label: string;
  readonly children: ReactNode;
  readonly bare?: boolean;
  readonly title: string;
  readonly items: readonly Item[];
  onAction?(id: string): void;
  /** With it, items are ticked on and off. */
  readonly chosen?: readonly string[];
  onChoose?(ids: readonly string[]): void;
  /** With it, the actions are choices of one; that which is how things stand now has a tick. Null: none is. */
  readonly current?: string | null;
}

export function MenuButton({ label, children, bare, title, items, onAction, chosen, onChoose, current }: Props) {
  const choosing = current !== undefined
    ? { selectionMode: 'single' as const, selectedKeys: current === null ? [] : [current] }
    : chosen
    ? {
        selectionMode: 'multiple' as const,
        selectedKeys: chosen,
        onSelectionChange: (selection: Selection) => onChoose?.(inOrder(items, chosen, selection)),
      }
    : {};
  return (
    <MenuTrigger>
      <Button className={bare ? 'button button-bare' : 'button'} aria-label={label}>
        {children}
      </Button>
      <Popover className="popover">
        <Menu className="menu" aria-label={label} onAction={(key) => onAction?.(String(key))}>
          <MenuSection {...choosing}>
            <Header className="section-head menu-head">{title}</Header>
            {items.map((item) => (
              <MenuItem key={item.id} id={item.id} className="menu-item" textValue={item.title} isDisabled={item.isDisabled ?? false}>
                {({ isSelected }) => (
                  <>
                    <span className="menu-check" aria-hidden="true">
                      {isSelected ? '✓' : ''}
                    </span>
                    <Text slot="label">{item.title}</Text>
                    {item.description && <Text slot="description">{item.description}</Text>}
                  </>
                )}
              </MenuItem>
            ))}
          </MenuSection>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

/** What was chosen keeps its order; what is new comes last, in the menu's order. */
export function inOrder(items: readonly { readonly id: string }[], before: readonly string[], selection: Selection): string[] {
  const wanted = (id: string) => selection === 'all' || selection.has(id);
  return [...before.filter(wanted), ...items.map(({ id }) => id).filter((id) => wanted(id) && !before.includes(id))];
}
