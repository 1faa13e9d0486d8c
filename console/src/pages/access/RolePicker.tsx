import { Checkbox } from '@mantine/core';
import { meanings, type Role, titles, useRoles } from './access';

/** Roles to choose, each with what it may. */
export function RolePicker({ value, onChange }: { value: Role[]; onChange: (roles: Role[]) => void }) {
  const roles = useRoles().data?.items ?? [];
  return (
    <Checkbox.Group label="Roles" withAsterisk value={value} onChange={(chosen) => onChange(chosen as Role[])}>
      {roles.map((one) => (
        <Checkbox
          key={one.role}
          mt="xs"
          value={one.role}
          label={titles[one.role]}
          description={
            one.role === 'administrator'
              ? 'May do everything'
              : `May ${one.permissions.map((each) => meanings[each]).join('; ')}`
          }
        />
      ))}
    </Checkbox.Group>
  );
}
