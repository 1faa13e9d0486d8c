import { Kbd, Modal } from '@mantine/core';
import { Facts } from '../parts/basics';
import { sections } from './places';

export function Help({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const places = sections.flatMap((section) => section.places.filter((place) => place.keys));
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard">
      <Facts
        rows={[
          ['Search', <Kbd key="/">/</Kbd>],
          ['This help', <Kbd key="?">?</Kbd>],
          ...places.map((place): [string, React.ReactNode] => [
            place.text,
            <span key={place.to}>
              <Kbd>g</Kbd> <Kbd>{place.keys}</Kbd>
            </span>,
          ]),
        ]}
      />
    </Modal>
  );
}
