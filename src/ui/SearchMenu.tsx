/** A button that opens a long list to tick on and off: in sections, with a field that finds. Knows no methods. */
import { useState, type KeyboardEvent, type ReactNode } from 'react';
import { Autocomplete, Button, Header, Input, Menu, MenuItem, MenuSection, MenuTrigger, Popover, SearchField, Text, useFilter } from 'react-aria-components';
import { inOrder, type Item } from './MenuButton.tsx';

export interface SearchItem extends Item {
  /** What is found besides the title. */
  readonly words: string;
  /** A word of warning. */
  readonly caution?: string;
}

interface Props {
  readonly label: string;
  readonly children: ReactNode;
  /** What the field asks for: "Find a method". */
  readonly find: string;
  readonly sections: readonly { readonly title: string; readonly items: readonly SearchItem[] }[];
  readonly chosen: readonly string[];
  onChoose(ids: readonly string[]): void;
}

export function SearchMenu({ label, children, find, sections, chosen, onChoose }: Props) {
  const { contains } = useFilter({ sensitivity: 'base' });
  const [open, setOpen] = useState(false);
  const items = sections.flatMap((section) => section.items);
  return (
    <MenuTrigger isOpen={open} onOpenChange={setOpen}>
      <Button className="button" aria-label={label}>
        {children}
      </Button>
      <Popover className="popover search-popover">
        <div role="presentation" className="search-menu" onKeyDownCapture={(event) => closeBy(event, () => setOpen(false))}>
          <Autocomplete filter={(text, input) => input.split(/\s+/).every((word) => contains(text, word))}>
            {/* eslint-disable-next-line jsx-a11y/no-autofocus -- the popover comes on demand, and its keys go to the field */}
            <SearchField className="menu-search" aria-label={find} autoFocus>
              <Input placeholder={`${find} …`} />
            </SearchField>
            <Menu
              className="menu"
              aria-label={label}
              selectionMode="multiple"
              selectedKeys={chosen}
              onSelectionChange={(selection) => onChoose(inOrder(items, chosen, selection))}
              renderEmptyState={() => <p className="quiet menu-empty">Nothing of that name. Try a shorter word.</p>}
            >
              {sections.map((section) => (
                <MenuSection key={section.title}>
                  <Header className="section-head menu-head">{section.title}</Header>
                  {section.items.map((item) => (
                    <MenuItem key={item.id} id={item.id} className="menu-item" textValue={`${item.title} ${item.words}`}>
                      {({ isSelected }) => (
                        <>
                          <span className="menu-check" aria-hidden="true">
                            {isSelected ? '✓' : ''}
                          </span>
                          <Text slot="label">{item.title}</Text>
                          <Text slot="description">
                            <span className="menu-hint">{item.description}</span>
                            {item.caution && <b className="menu-caution">{item.caution}</b>}
                          </Text>
                        </>
                      )}
                    </MenuItem>
                  ))}
                </MenuSection>
              ))}
            </Menu>
          </Autocomplete>
        </div>
      </Popover>
    </MenuTrigger>
  );
}

/** Escape closes. Left to the list, it would untick everything: there the key means "clear the selection". */
function closeBy(event: KeyboardEvent, close: () => void): void {
  if (event.key !== 'Escape') return;
  event.preventDefault();
  event.stopPropagation();
  close();
}
