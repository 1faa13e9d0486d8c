import { Button, Group } from '@mantine/core';

/** At the end of a form in a dialog. */
export function Actions({
  submit,
  busy,
  onCancel,
  disabled = false,
}: {
  submit: string;
  busy: boolean;
  onCancel: () => void;
  disabled?: boolean;
}) {
  return (
    <Group justify="flex-end" gap="xs">
      <Button variant="default" onClick={onCancel}>
        Cancel
      </Button>
      <Button type="submit" loading={busy} disabled={disabled}>
        {submit}
      </Button>
    </Group>
  );
}
